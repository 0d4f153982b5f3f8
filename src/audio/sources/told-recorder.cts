/** What node-record-lpcm16 takes for a recorder of its own: it starts what it is told. */
export = ({ told }: { readonly told: object }): object => told
