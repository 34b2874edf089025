_booster() {
    local words=() word typed candidate line=" ${COMP_LINE:0:COMP_POINT}" quotes=$'[\\\\"\']'
    for word in "${COMP_WORDS[@]:0:COMP_CWORD+1}"; do
        [[ $line == [[:blank:]]* ]] && words+=("")
        words[${#words[@]}-1]+=${word//$quotes/}
        line=${line#"${line%%[![:blank:]]*}"}
        line=${line#"$word"}
    done
    typed=${words[${#words[@]}-1]}
    COMPREPLY=()
    while IFS= read -r candidate || [[ $candidate ]]; do
        candidate=${candidate#"${typed%"${2//$quotes/}"}"}
        [[ $word != [\"\']* && $candidate == *[!a-zA-Z0-9_=./,:@%+-]* ]] && printf -v candidate %q "$candidate"
        COMPREPLY+=("$candidate")
    done < <(_CLAP_COMPLETE_INDEX=$((${#words[@]} - 1)) COMPLETE=bash booster -- "${words[@]}" 2>/dev/null)
    [[ ${COMPREPLY-} == */ ]] && compopt -o nospace 2>/dev/null
}
complete -o nosort -F _booster booster 2>/dev/null || complete -F _booster booster
