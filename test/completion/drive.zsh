# Types LINE and a tab into a zsh that has loaded SCRIPT, and writes what it offers into the file OUT.
# usage: zsh -f drive.zsh SCRIPT OUT LINE
zmodload zsh/zpty
zpty -b child zsh -f -i
zpty -w child "PS1=''; unset zle_bracketed_paste; autoload -Uz compinit; compinit -D -u; source ${(q)1}"
zpty -w child 'compadd() {
  if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then builtin compadd "$@"; return; fi
  local -a hits; builtin compadd -A hits "$@"; print -rl -- $hits >> '${(q)2}'; builtin compadd "$@"
}'
zpty -w child 'ended() { print END >> '${(q)2}' }; comppostfuncs=(ended); bindkey "^I" complete-word; print REA''DY'
integer i
local text all
for ((i = 0; i < 500; i++)); do zpty -r -t child text && all+=$text; [[ $all == *READY* ]] && break; sleep 0.02; done
zpty -n -w child "$3"$'\t'
for ((i = 0; i < 500; i++)); do zpty -r -t child text; [[ -s $2 && "$(<$2)" == *END* ]] && break; sleep 0.02; done
zpty -d child
