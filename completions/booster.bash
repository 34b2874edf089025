_booster() {
    local IFS candidate
    COMPREPLY=()
    while IFS= read -r candidate; do
        COMPREPLY+=("$candidate")
    done < <(COMPLETE=bash booster -- "$2" "${COMP_LINE:0:COMP_POINT}" 2>/dev/null)
}
complete -o nospace -o nosort -F _booster booster 2>/dev/null || complete -o nospace -F _booster booster
