/** Packs a folder for a platform: `parent/folder.zip` for Windows, else `parent/folder.tar.gz`. Gives the path. */
export function archive(parent: string, folder: string, machine: { readonly platform: string }): Promise<string>
