# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# bash completion of gradphoto and its tools. Commands and options are read from the program's own --help, so that
# there is no list to go stale.

_gradphoto_help() { command "$@" --help 2>/dev/null; }

# The commands that a --help on stdin lists.
_gradphoto_commands() { sed -n '/^Subcommands:$/,/^$/s/^  \([a-z][a-z-]*\) .*/\1/p'; }

# Its options, each name on a line.
_gradphoto_options() { sed -n '/^Examples:$/,/^Exit codes:$/d; s/^  \(-[^ ].*\)/\1/p' | sed 's/   *.*//' | grep -oE -- '(^|[ ,])--?[A-Za-z][A-Za-z-]*' | tr -d ' ,' | sort -u; }

_gradphoto() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
  local program=("${COMP_WORDS[0]}") first=1 word help command=
  if [[ $(basename "${COMP_WORDS[0]}") == gradphoto ]]; then
    local tools
    tools=$(command "${COMP_WORDS[0]}" --lang en 2>/dev/null | sed -n 's/^  \([a-z]*\) .*/\1/p')
    if ((COMP_CWORD == 1)) || { ((COMP_CWORD == 2)) && [[ ${COMP_WORDS[1]} == help ]]; }; then
      if [[ $current != -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$tools help" -- "$current")
        return
      fi
    elif grep -qxF -- "${COMP_WORDS[1]}" <<<"$tools"; then
      program+=("${COMP_WORDS[1]}") first=2
    fi
  fi
  help=$(_gradphoto_help "${program[@]}")
  local commands
  commands=$(_gradphoto_commands <<<"$help")
  for word in "${COMP_WORDS[@]:first:COMP_CWORD-first}"; do
    if [[ -n $word ]] && grep -qxF -- "$word" <<<"$commands"; then
      command=$word
      help+=$'\n'$(_gradphoto_help "${program[@]}" "$command")
      break
    fi
  done
  COMPREPLY=()
  case $current in
    -*) mapfile -t COMPREPLY < <(compgen -W "$(_gradphoto_options <<<"$help")" -- "$current") ;;
    *)
      if [[ $previous == --standard || $previous == -s ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$(command gradphoto-standards list 2>/dev/null | sed -n 's/^\([a-z][a-z0-9-]*\) .*/\1/p')" -- "$current")
      elif [[ -n $commands && -z $command && $previous != -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$commands" -- "$current")
      fi
      ;;
  esac
  # Files, where nothing else fits.
  if ((${#COMPREPLY[@]} == 0)); then compopt -o default 2>/dev/null || true; fi
}

complete -F _gradphoto gradphoto gradphoto-{link,identity,check,standardize,compare,pack,report,batch,ledger,standards,doctor}
