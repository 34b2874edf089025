/* Stands for the unwinder that Rust's standard library asks for. Without tables nothing can be unwound: a stack has no
   frame that is known, and the rest is never called. */

int _Unwind_Backtrace(void *for_each_frame, void *data) {
    (void)for_each_frame, (void)data;
    return 5; /* the end of the stack */
}

#define NEVER_CALLED(name) void name(void) { __builtin_trap(); }
NEVER_CALLED(_Unwind_DeleteException)
NEVER_CALLED(_Unwind_FindEnclosingFunction)
NEVER_CALLED(_Unwind_GetCFA)
NEVER_CALLED(_Unwind_GetDataRelBase)
NEVER_CALLED(_Unwind_GetIP)
NEVER_CALLED(_Unwind_GetIPInfo)
NEVER_CALLED(_Unwind_GetLanguageSpecificData)
NEVER_CALLED(_Unwind_GetRegionStart)
NEVER_CALLED(_Unwind_GetTextRelBase)
NEVER_CALLED(_Unwind_RaiseException)
NEVER_CALLED(_Unwind_Resume)
NEVER_CALLED(_Unwind_SetGR)
NEVER_CALLED(_Unwind_SetIP)
