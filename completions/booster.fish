complete --keep-order --exclusive --command booster --arguments "(COMPLETE=fish booster -- (commandline --current-process --tokenize --cut-at-cursor) (commandline --current-token))"
