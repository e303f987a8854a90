//! The opcode list: the one place where an instruction is described.
//!
//! # Encoding
//!
//! An instruction is one 64-bit word `{op: u16, a: u16, b: u16, c: u16}`, `op` in the low 16 bits,
//! followed by a fixed number of extra words (constants, long jumps, inline caches). Jump offsets
//! count words and are relative to the first word of the jumping instruction.
//!
//! # Entries
//!
//! ```text
//! handler_name = Variant "DISPLAY_NAME" (role of a, role of b, role of c) [extra words] { effects };
//! ```
//!
//! Roles are the variants of [`Role`], extra words those of [`Extra`], effects the constants of
//! [`Effects`]. Everything else (enum, lengths, disassembler, verifier, liveness) is derived, and
//! the virtual machine takes the same list for its dispatch table.
//!
//! # Invariants
//!
//! - An instruction writes its destination registers only when it succeeds.
//! - An instruction reads all its operands before it writes any destination, so a destination may
//!   be the same register as an operand (`UNPACK_PAIR a, b` writes `a` first, then `b`).
//! - A jump that is taken backwards polls the safepoint, whatever instruction it belongs to; so
//!   every conditional jump may run code and raise.
//! - Registers named by a `Use` role are bound: the verifier proves it. Only `CHECK_BOUND`,
//!   `DELETE_LOCAL` and `MAKE_CELL` may meet `UNBOUND`.

use crate::effects::Effects;
use crate::roles::{Extra, Role};

/// Calls `$callback!` with the whole opcode list.
#[macro_export]
macro_rules! for_each_op {
    ($callback:ident) => {
        $callback! {
            // ---- Moves and constants -------------------------------------------------------
            /// Does nothing.
            nop = Nop "NOP" (None, None, None) [] {};
            /// The start of a function, for its position alone: calls begin behind it.
            resume = Resume "RESUME" (None, None, None) [] {};
            /// `a = b`.
            move_ = Move "MOVE" (Def, Use, None) [] {};
            /// `a = const`.
            load_const = LoadConst "LOAD_CONST" (Def, None, None) [Const] {};
            /// `a = imm32`.
            load_int = LoadInt "LOAD_INT" (Def, Imm32, Imm32Hi) [] {};
            /// `a = None`.
            load_none = LoadNone "LOAD_NONE" (Def, None, None) [] {};
            /// `a = True`.
            load_true = LoadTrue "LOAD_TRUE" (Def, None, None) [] {};
            /// `a = False`.
            load_false = LoadFalse "LOAD_FALSE" (Def, None, None) [] {};
            /// `a = EMPTY`, the mark for an absent argument of a call area.
            load_empty = LoadEmpty "LOAD_EMPTY" (Def, None, None) [] {};
            /// `a` = one of the objects of [`CommonConst`](crate::CommonConst), numbered `c`.
            load_common = LoadCommon "LOAD_COMMON" (Def, None, UImm) [] {};
            /// The same; None while somebody watches the events of the thread.
            load_common_unwatched = LoadCommonUnwatched "LOAD_COMMON_UNWATCHED" (Def, None, UImm) [] {};

            // ---- Local and closure variables -----------------------------------------------
            /// Makes local `a` unbound without a check.
            clear = Clear "CLEAR" (Kill, None, None) [] {};
            /// Raises UnboundLocalError if local `a` is unbound.
            check_bound = CheckBound "CHECK_BOUND" (Check, None, None) [] {RAISES};
            /// Unbinds local `a`; UnboundLocalError if it is unbound already.
            delete_local = DeleteLocal "DELETE_LOCAL" (KillChecked, None, None) [] {RAISES};
            /// Wraps the value of register `a` (bound or not) in a new cell, kept in `a`.
            make_cell = MakeCell "MAKE_CELL" (Cellify, None, None) [] {ALLOCS};
            /// Copies the `b` cells of the function's closure to `a..`.
            copy_free_vars = CopyFreeVars "COPY_FREE_VARS" (DefB, Count, None) [] {};
            /// `a = cell b`; UnboundLocalError or NameError if empty.
            load_deref = LoadDeref "LOAD_DEREF" (Def, Use, None) [] {RAISES READS};
            /// `cell a = b`.
            store_deref = StoreDeref "STORE_DEREF" (Use, Use, None) [] {WRITES};
            /// Empties cell `a`; UnboundLocalError or NameError if it is empty.
            delete_deref = DeleteDeref "DELETE_DEREF" (Use, None, None) [] {RAISES WRITES};
            /// `a` = mapping `b`'s entry for the name of cell `c`, or else the cell's content.
            load_from_dict_or_deref = LoadFromDictOrDeref "LOAD_FROM_DICT_OR_DEREF" (Def, Use, Use) [] {ANY};

            // ---- Names ---------------------------------------------------------------------
            /// `a` = global or builtin `b`.
            load_global = LoadGlobal "LOAD_GLOBAL" (Def, Name, None) [Cache] {ANY};
            /// `global b = a`.
            store_global = StoreGlobal "STORE_GLOBAL" (Use, Name, None) [Cache] {ANY};
            /// `del global b`.
            delete_global = DeleteGlobal "DELETE_GLOBAL" (None, Name, None) [] {ANY};
            /// `a` = name `c` in namespace `b`, the globals, or the builtins.
            load_name = LoadName "LOAD_NAME" (Def, Use, Name) [Cache] {ANY};
            /// `namespace a [name b] = c`.
            store_name = StoreName "STORE_NAME" (Use, Name, Use) [Cache] {ANY};
            /// `del namespace a [name b]`.
            delete_name = DeleteName "DELETE_NAME" (Use, Name, None) [] {ANY};
            /// `a` = mapping `b`'s entry for name `c`, or else the global or builtin.
            load_from_dict_or_globals = LoadFromDictOrGlobals "LOAD_FROM_DICT_OR_GLOBALS" (Def, Use, Name) [] {ANY};

            // ---- Attributes ----------------------------------------------------------------
            /// `a = b.c`.
            load_attr = LoadAttr "LOAD_ATTR" (Def, Use, Name) [Cache Cache Cache] {ANY};
            /// `a.b = c`.
            store_attr = StoreAttr "STORE_ATTR" (Use, Name, Use) [Cache Cache Cache] {ANY};
            /// `del a.b`.
            delete_attr = DeleteAttr "DELETE_ATTR" (Use, Name, None) [] {ANY};
            /// `a, a+1` = the callable of `b.c(...)` and its self, or EMPTY if it takes none.
            load_method = LoadMethod "LOAD_METHOD" (Def2, Use, Name) [Cache Cache Cache] {ANY};
            /// `a = super(...).c` with `b..b+3` = super callable, class, self. The extra word is the
            /// number of arguments written in the source (0 or 2), for a `super` that is not the
            /// builtin one.
            load_super_attr = LoadSuperAttr "LOAD_SUPER_ATTR" (Def, Use3, Name) [Imm Cache] {ANY};
            /// As LOAD_SUPER_ATTR, with the results of LOAD_METHOD.
            load_super_method = LoadSuperMethod "LOAD_SUPER_METHOD" (Def2, Use3, Name) [Imm Cache] {ANY};

            // ---- Items ---------------------------------------------------------------------
            /// `a = b[c]`.
            get_item = GetItem "GET_ITEM" (Def, Use, Use) [Cache] {ANY};
            /// `a = b[imm c]`.
            get_item_imm = GetItemImm "GET_ITEM_IMM" (Def, Use, Imm) [Cache] {ANY};
            /// `a = b[c : c+1]`, the bounds being registers `c` and `c+1`.
            get_slice = GetSlice "GET_SLICE" (Def, Use, Use2) [] {ANY};
            /// `a = b[c : c+1 : c+2]`, likewise.
            get_slice_step = GetSliceStep "GET_SLICE_STEP" (Def, Use, Use3) [] {ANY};
            /// `a[b] = c`.
            set_item = SetItem "SET_ITEM" (Use, Use, Use) [Cache] {ANY};
            /// `a[b : b+1] = c`, the bounds being registers `b` and `b+1`.
            set_slice = SetSlice "SET_SLICE" (Use, Use2, Use) [] {ANY};
            /// `del a[b]`.
            del_item = DelItem "DEL_ITEM" (Use, Use, None) [] {ANY};
            /// `a = slice(b, b+1, b+2)`.
            build_slice = BuildSlice "BUILD_SLICE" (Def, Use3, None) [] {ALLOCS};

            // ---- Binary and unary operators ------------------------------------------------
            /// `a = b + c`.
            add = Add "ADD" (Def, Use, Use) [Cache] {ANY};
            /// `a = b - c`.
            sub = Sub "SUB" (Def, Use, Use) [Cache] {ANY};
            /// `a = b * c`.
            mul = Mul "MUL" (Def, Use, Use) [Cache] {ANY};
            /// `a = b / c`.
            true_div = TrueDiv "TRUE_DIV" (Def, Use, Use) [Cache] {ANY};
            /// `a = b // c`.
            floor_div = FloorDiv "FLOOR_DIV" (Def, Use, Use) [Cache] {ANY};
            /// `a = b % c`.
            mod_ = Mod "MOD" (Def, Use, Use) [Cache] {ANY};
            /// `a = b ** c`.
            pow = Pow "POW" (Def, Use, Use) [Cache] {ANY};
            /// `a = b << c`.
            lshift = Lshift "LSHIFT" (Def, Use, Use) [Cache] {ANY};
            /// `a = b >> c`.
            rshift = Rshift "RSHIFT" (Def, Use, Use) [Cache] {ANY};
            /// `a = b & c`.
            and = And "AND" (Def, Use, Use) [Cache] {ANY};
            /// `a = b | c`.
            or = Or "OR" (Def, Use, Use) [Cache] {ANY};
            /// `a = b ^ c`.
            xor = Xor "XOR" (Def, Use, Use) [Cache] {ANY};
            /// `a = b @ c`.
            mat_mul = MatMul "MAT_MUL" (Def, Use, Use) [Cache] {ANY};
            /// `a = (b += c)`.
            iadd = Iadd "IADD" (Def, Use, Use) [Cache] {ANY};
            /// `a = (b -= c)`.
            isub = Isub "ISUB" (Def, Use, Use) [Cache] {ANY};
            /// `a = (b *= c)`.
            imul = Imul "IMUL" (Def, Use, Use) [Cache] {ANY};
            /// `a = (b /= c)`.
            itrue_div = ItrueDiv "ITRUE_DIV" (Def, Use, Use) [Cache] {ANY};
            /// `a = (b //= c)`.
            ifloor_div = IfloorDiv "IFLOOR_DIV" (Def, Use, Use) [Cache] {ANY};
            /// `a = (b %= c)`.
            imod = Imod "IMOD" (Def, Use, Use) [Cache] {ANY};
            /// `a = (b **= c)`.
            ipow = Ipow "IPOW" (Def, Use, Use) [Cache] {ANY};
            /// `a = (b <<= c)`.
            ilshift = Ilshift "ILSHIFT" (Def, Use, Use) [Cache] {ANY};
            /// `a = (b >>= c)`.
            irshift = Irshift "IRSHIFT" (Def, Use, Use) [Cache] {ANY};
            /// `a = (b &= c)`.
            iand = Iand "IAND" (Def, Use, Use) [Cache] {ANY};
            /// `a = (b |= c)`.
            ior = Ior "IOR" (Def, Use, Use) [Cache] {ANY};
            /// `a = (b ^= c)`.
            ixor = Ixor "IXOR" (Def, Use, Use) [Cache] {ANY};
            /// `a = (b @= c)`.
            imat_mul = ImatMul "IMAT_MUL" (Def, Use, Use) [Cache] {ANY};
            /// `a = b + imm`.
            add_imm = AddImm "ADD_IMM" (Def, Use, Imm) [Cache] {ANY};
            /// `a = b - imm`.
            sub_imm = SubImm "SUB_IMM" (Def, Use, Imm) [Cache] {ANY};
            /// `a = b * imm`.
            mul_imm = MulImm "MUL_IMM" (Def, Use, Imm) [Cache] {ANY};
            /// `a = b // imm`.
            floor_div_imm = FloorDivImm "FLOOR_DIV_IMM" (Def, Use, Imm) [Cache] {ANY};
            /// `a = b % imm`.
            mod_imm = ModImm "MOD_IMM" (Def, Use, Imm) [Cache] {ANY};
            /// `a = b << imm`.
            lshift_imm = LshiftImm "LSHIFT_IMM" (Def, Use, Imm) [Cache] {ANY};
            /// `a = b >> imm`.
            rshift_imm = RshiftImm "RSHIFT_IMM" (Def, Use, Imm) [Cache] {ANY};
            /// `a = b & imm`.
            and_imm = AndImm "AND_IMM" (Def, Use, Imm) [Cache] {ANY};
            /// `a = (b += imm)`.
            iadd_imm = IaddImm "IADD_IMM" (Def, Use, Imm) [Cache] {ANY};
            /// `a = (b -= imm)`.
            isub_imm = IsubImm "ISUB_IMM" (Def, Use, Imm) [Cache] {ANY};
            /// `a = -b`.
            neg = Neg "NEG" (Def, Use, None) [] {ANY};
            /// `a = +b`.
            pos = Pos "POS" (Def, Use, None) [] {ANY};
            /// `a = ~b`.
            invert = Invert "INVERT" (Def, Use, None) [] {ANY};
            /// `a = not b`.
            not = Not "NOT" (Def, Use, None) [] {ANY};

            // ---- Comparisons ---------------------------------------------------------------
            /// `a = b < c`.
            lt = Lt "LT" (Def, Use, Use) [Cache] {ANY};
            /// `a = b <= c`.
            le = Le "LE" (Def, Use, Use) [Cache] {ANY};
            /// `a = b == c`.
            eq = Eq "EQ" (Def, Use, Use) [Cache] {ANY};
            /// `a = b != c`.
            ne = Ne "NE" (Def, Use, Use) [Cache] {ANY};
            /// `a = b > c`.
            gt = Gt "GT" (Def, Use, Use) [Cache] {ANY};
            /// `a = b >= c`.
            ge = Ge "GE" (Def, Use, Use) [Cache] {ANY};
            /// `a = b is c`.
            is = Is "IS" (Def, Use, Use) [] {};
            /// `a = b is not c`.
            is_not = IsNot "IS_NOT" (Def, Use, Use) [] {};
            /// `a = b in c`.
            in_ = In "IN" (Def, Use, Use) [Cache] {ANY};
            /// `a = b not in c`.
            not_in = NotIn "NOT_IN" (Def, Use, Use) [Cache] {ANY};

            // ---- Jumps ---------------------------------------------------------------------
            /// Goes forward.
            jump = Jump "JUMP" (None, Jump32, Jump32Hi) [] {ENDS};
            /// Goes backward. The poll may run signal handlers, and so raise.
            jump_back = JumpBack "JUMP_BACK" (None, Jump32, Jump32Hi) [] {ANY ENDS};
            /// Jumps if `a` is true.
            jump_if_true = JumpIfTrue "JUMP_IF_TRUE" (Use, Jump32, Jump32Hi) [] {ANY};
            /// Jumps if `a` is false.
            jump_if_false = JumpIfFalse "JUMP_IF_FALSE" (Use, Jump32, Jump32Hi) [] {ANY};
            /// Jumps if `a is None`.
            jump_if_none = JumpIfNone "JUMP_IF_NONE" (Use, Jump32, Jump32Hi) [] {ANY};
            /// Jumps if `a is not None`.
            jump_if_not_none = JumpIfNotNone "JUMP_IF_NOT_NONE" (Use, Jump32, Jump32Hi) [] {ANY};
            /// Jumps if `a < b`.
            jump_if_lt = JumpIfLt "JUMP_IF_LT" (Use, Use, Jump16) [Cache] {ANY};
            /// Jumps if `a <= b`.
            jump_if_le = JumpIfLe "JUMP_IF_LE" (Use, Use, Jump16) [Cache] {ANY};
            /// Jumps if `a == b`.
            jump_if_eq = JumpIfEq "JUMP_IF_EQ" (Use, Use, Jump16) [Cache] {ANY};
            /// Jumps if `a != b`.
            jump_if_ne = JumpIfNe "JUMP_IF_NE" (Use, Use, Jump16) [Cache] {ANY};
            /// Jumps if `a > b`.
            jump_if_gt = JumpIfGt "JUMP_IF_GT" (Use, Use, Jump16) [Cache] {ANY};
            /// Jumps if `a >= b`.
            jump_if_ge = JumpIfGe "JUMP_IF_GE" (Use, Use, Jump16) [Cache] {ANY};
            /// Jumps if not `a < b`.
            jump_if_not_lt = JumpIfNotLt "JUMP_IF_NOT_LT" (Use, Use, Jump16) [Cache] {ANY};
            /// Jumps if not `a <= b`.
            jump_if_not_le = JumpIfNotLe "JUMP_IF_NOT_LE" (Use, Use, Jump16) [Cache] {ANY};
            /// Jumps if not `a == b`.
            jump_if_not_eq = JumpIfNotEq "JUMP_IF_NOT_EQ" (Use, Use, Jump16) [Cache] {ANY};
            /// Jumps if not `a != b`.
            jump_if_not_ne = JumpIfNotNe "JUMP_IF_NOT_NE" (Use, Use, Jump16) [Cache] {ANY};
            /// Jumps if not `a > b`.
            jump_if_not_gt = JumpIfNotGt "JUMP_IF_NOT_GT" (Use, Use, Jump16) [Cache] {ANY};
            /// Jumps if not `a >= b`.
            jump_if_not_ge = JumpIfNotGe "JUMP_IF_NOT_GE" (Use, Use, Jump16) [Cache] {ANY};
            /// Jumps if `a < imm`.
            jump_if_lt_imm = JumpIfLtImm "JUMP_IF_LT_IMM" (Use, Imm, Jump16) [Cache] {ANY};
            /// Jumps if `a <= imm`.
            jump_if_le_imm = JumpIfLeImm "JUMP_IF_LE_IMM" (Use, Imm, Jump16) [Cache] {ANY};
            /// Jumps if `a == imm`.
            jump_if_eq_imm = JumpIfEqImm "JUMP_IF_EQ_IMM" (Use, Imm, Jump16) [Cache] {ANY};
            /// Jumps if `a != imm`.
            jump_if_ne_imm = JumpIfNeImm "JUMP_IF_NE_IMM" (Use, Imm, Jump16) [Cache] {ANY};
            /// Jumps if `a > imm`.
            jump_if_gt_imm = JumpIfGtImm "JUMP_IF_GT_IMM" (Use, Imm, Jump16) [Cache] {ANY};
            /// Jumps if `a >= imm`.
            jump_if_ge_imm = JumpIfGeImm "JUMP_IF_GE_IMM" (Use, Imm, Jump16) [Cache] {ANY};
            /// Jumps if not `a < imm`.
            jump_if_not_lt_imm = JumpIfNotLtImm "JUMP_IF_NOT_LT_IMM" (Use, Imm, Jump16) [Cache] {ANY};
            /// Jumps if not `a <= imm`.
            jump_if_not_le_imm = JumpIfNotLeImm "JUMP_IF_NOT_LE_IMM" (Use, Imm, Jump16) [Cache] {ANY};
            /// Jumps if not `a == imm`.
            jump_if_not_eq_imm = JumpIfNotEqImm "JUMP_IF_NOT_EQ_IMM" (Use, Imm, Jump16) [Cache] {ANY};
            /// Jumps if not `a != imm`.
            jump_if_not_ne_imm = JumpIfNotNeImm "JUMP_IF_NOT_NE_IMM" (Use, Imm, Jump16) [Cache] {ANY};
            /// Jumps if not `a > imm`.
            jump_if_not_gt_imm = JumpIfNotGtImm "JUMP_IF_NOT_GT_IMM" (Use, Imm, Jump16) [Cache] {ANY};
            /// Jumps if not `a >= imm`.
            jump_if_not_ge_imm = JumpIfNotGeImm "JUMP_IF_NOT_GE_IMM" (Use, Imm, Jump16) [Cache] {ANY};
            /// Jumps if `a is b`.
            jump_if_is = JumpIfIs "JUMP_IF_IS" (Use, Use, Jump16) [] {ANY};
            /// Jumps if `a is not b`.
            jump_if_is_not = JumpIfIsNot "JUMP_IF_IS_NOT" (Use, Use, Jump16) [] {ANY};
            /// Jumps if `a in b`.
            jump_if_in = JumpIfIn "JUMP_IF_IN" (Use, Use, Jump16) [Cache] {ANY};
            /// Jumps if `a not in b`.
            jump_if_not_in = JumpIfNotIn "JUMP_IF_NOT_IN" (Use, Use, Jump16) [Cache] {ANY};

            // ---- Iteration -----------------------------------------------------------------
            /// `a = iter(b)`.
            get_iter = GetIter "GET_ITER" (Def, Use, None) [] {ANY};
            /// Stands at the bottom of a loop. If iterator `b` has another item: `a = item` and
            /// jump (the low half of the extra word); at its end: fall through, `a` untouched.
            for_iter = ForIter "FOR_ITER" (DefOnJump, Use, None) [JumpCache] {ANY};
            /// As FOR_ITER, of a loop whose body begins by taking `a` apart into two registers, and does not read it
            /// again: that may be done at once, and `a` is None then.
            for_iter_pair = ForIterPair "FOR_ITER_PAIR" (DefOnJump, Use, None) [JumpCache] {ANY};

            // ---- Calls ---------------------------------------------------------------------
            // All have three words: the callee's RETURN reads operand `a` at the return pc and
            // continues behind them. The call area starts at register `b` (see `CALL_AREA_*`).
            /// `a = [b+4]([b+6], ...)` with `c` positional arguments; `b+5` need not be written.
            call = Call "CALL" (Def, Area, Count) [Cache Cache] {ANY};
            /// As CALL, `b+5` holding self or EMPTY. `c` does not count self.
            call_method = CallMethod "CALL_METHOD" (Def, AreaSelf, Count) [Cache Cache] {ANY};
            /// As CALL; the last arguments of the `c` are keyword values, named by the constant.
            call_kw = CallKw "CALL_KW" (Def, Area, Count) [Const Cache] {ANY};
            /// As CALL_KW, `b+5` holding self or EMPTY.
            call_kw_method = CallKwMethod "CALL_KW_METHOD" (Def, AreaSelf, Count) [Const Cache] {ANY};
            /// `a = [b+4](*[b+6], **[b+7])`; `b+7` may be EMPTY.
            call_ex = CallEx "CALL_EX" (Def, AreaEx, None) [Cache Cache] {ANY};
            /// `a` = what the code constant returns for the iterator `b+6`: the loop of a generator expression
            /// that uses up its items itself. The cells of its free variables are `b+7, ...`; `c` is their
            /// number + 1.
            call_expression = CallExpression "CALL_EXPRESSION" (Def, AreaArgs, Count) [Const Cache] {ANY};
            /// Returns `a` to the caller.
            return_ = Return "RETURN" (Use, None, None) [] {ENDS};
            /// Returns None.
            return_none = ReturnNone "RETURN_NONE" (None, None, None) [] {ENDS};

            // ---- Functions and classes -----------------------------------------------------
            /// `a` = new function of the code constant.
            make_function = MakeFunction "MAKE_FUNCTION" (Def, None, None) [Const] {ALLOCS};
            /// `a` = new generator: what a new function of the code constant, a generator expression, returns
            /// for the iterator `b`. The cells of its free variables are `b+1, ...`; `c` is their number + 1.
            make_generator = MakeGenerator "MAKE_GENERATOR" (Def, UseC, Count) [Const] {ALLOCS RAISES};
            /// Sets the attribute [`FunctionAttr`](crate::FunctionAttr) `c` of function `a` to `b`.
            set_function_attr = SetFunctionAttr "SET_FUNCTION_ATTR" (Use, Use, UImm) [] {WRITES ALLOCS};
            /// `a = builtins.__build_class__`.
            load_build_class = LoadBuildClass "LOAD_BUILD_CLASS" (Def, None, None) [] {ANY};

            // ---- Building and taking apart -------------------------------------------------
            /// `a = (b, ...)` of `c` items.
            build_tuple = BuildTuple "BUILD_TUPLE" (Def, UseC, Count) [] {ALLOCS RAISES};
            /// `a` = new empty list for the items of iterator `b`, with room for them if their number is at hand.
            list_for = ListFor "LIST_FOR" (Def, Use, None) [] {ALLOCS RAISES};
            /// `a = [b, ...]` of `c` items.
            build_list = BuildList "BUILD_LIST" (Def, UseC, Count) [] {ALLOCS RAISES};
            /// `a = {b, ...}` of `c` items.
            build_set = BuildSet "BUILD_SET" (Def, UseC, Count) [] {ANY};
            /// `a = {b: b+1, ...}` of `c` pairs.
            build_map = BuildMap "BUILD_MAP" (Def, Use2C, Count) [] {ANY};
            /// `a = ''.join((b, ...))` of `c` strings.
            build_string = BuildString "BUILD_STRING" (Def, UseC, Count) [] {ALLOCS RAISES};
            /// Appends `b` to list `a`.
            list_append = ListAppend "LIST_APPEND" (Use, Use, None) [] {ALLOCS RAISES WRITES};
            /// `a, a+1` = the sum in `b, b+1` and the item `c`. An empty sum is 0 and None; what the second
            /// holds later is SUM_ADD's business.
            sum_add = SumAdd "SUM_ADD" (Def2, Use2, Use) [] {ANY};
            /// `a = b` if `b > a`, or if `a` is EMPTY.
            keep_max = KeepMax "KEEP_MAX" (UseDef, Use, None) [] {ANY};
            /// `a = b` if `b < a`, or if `a` is EMPTY.
            keep_min = KeepMin "KEEP_MIN" (UseDef, Use, None) [] {ANY};
            /// Adds `b` to set `a`.
            set_add = SetAdd "SET_ADD" (Use, Use, None) [] {ANY};
            /// `dict a [b] = c`.
            map_add = MapAdd "MAP_ADD" (Use, Use, Use) [] {ANY};
            /// Extends list `a` by iterable `b` (with the error text of `*b`).
            list_extend = ListExtend "LIST_EXTEND" (Use, Use, None) [] {ANY};
            /// Extends set `a` by iterable `b`.
            set_update = SetUpdate "SET_UPDATE" (Use, Use, None) [] {ANY};
            /// Updates dict `a` by mapping `b`.
            dict_update = DictUpdate "DICT_UPDATE" (Use, Use, None) [] {ANY};
            /// As DICT_UPDATE for `**b` of a call of `c`: double keys are a TypeError.
            dict_merge = DictMerge "DICT_MERGE" (Use, Use, Use) [] {ANY};
            /// `a = tuple(list b)`.
            list_to_tuple = ListToTuple "LIST_TO_TUPLE" (Def, Use, None) [] {ALLOCS RAISES};
            /// `a, b = c`.
            unpack_pair = UnpackPair "UNPACK_PAIR" (Def, Def, Use) [] {ANY};
            /// `a, a+1, ... = b`, `c` targets.
            unpack_sequence = UnpackSequence "UNPACK_SEQUENCE" (DefC, Use, Count) [] {ANY};
            /// `a, ..., *rest, ... = b`: `c` targets, the list, and as many targets as the extra
            /// word says.
            unpack_ex = UnpackEx "UNPACK_EX" (DefEx, Use, Count) [Imm] {ANY};

            // ---- Formatted strings and templates -------------------------------------------
            /// `a = format(b)`.
            format_simple = FormatSimple "FORMAT_SIMPLE" (Def, Use, None) [] {ANY};
            /// `a = format(b, c)`.
            format_spec = FormatSpec "FORMAT_SPEC" (Def, Use, Use) [] {ANY};
            /// `a` = `str` (1), `repr` (2) or `ascii` (3) of `b`, as `c` says.
            convert = Convert "CONVERT" (Def, Use, UImm) [] {ANY};
            /// `a = Interpolation(b, b+1, conversion, b+2)`: value, source text, format spec;
            /// conversion `c` as in CONVERT, 0 for none.
            build_interpolation = BuildInterpolation "BUILD_INTERPOLATION" (Def, Use3, UImm) [] {ALLOCS RAISES};
            /// `a` = template of the strings tuple `b` and the interpolations tuple `c`.
            build_template = BuildTemplate "BUILD_TEMPLATE" (Def, Use, Use) [] {ALLOCS RAISES};

            // ---- Exceptions ----------------------------------------------------------------
            /// `raise a`. `b` is 1 where `a` is the area of a CALL just done, and has its result.
            raise = Raise "RAISE" (Use, UImm, None) [] {ANY ENDS};
            /// `raise a from b`.
            raise_from = RaiseFrom "RAISE_FROM" (Use, Use, None) [] {ANY ENDS};
            /// `raise`: the exception being handled.
            raise_current = RaiseCurrent "RAISE_CURRENT" (None, None, None) [] {RAISES ALLOCS ENDS};
            /// Raises exception `a` again; adds no traceback entry for this frame.
            reraise = Reraise "RERAISE" (Use, None, None) [] {RAISES ENDS};
            /// Raises exception `a` again in the caller, as if its instruction had raised it.
            reraise_in_caller = ReraiseInCaller "RERAISE_IN_CALLER" (Use, None, None) [] {RAISES ENDS};
            /// Makes `b` the exception being handled; `a` = the one before (None or EMPTY if there was none).
            push_exc = PushExc "PUSH_EXC" (Def, Use, None) [] {WRITES};
            /// Makes `a` (as PUSH_EXC saved it) the exception being handled again. `b` is 1 where
            /// RERAISE follows.
            pop_exc = PopExc "POP_EXC" (Use, UImm, None) [] {WRITES};
            /// Exception `a` is about to get a name: completes its traceback.
            name_exc = NameExc "NAME_EXC" (Use, None, None) [] {ALLOCS};
            /// `a` = whether exception `b` matches `c`, a class or tuple of classes.
            check_exc_match = CheckExcMatch "CHECK_EXC_MATCH" (Def, Use, Use) [] {ANY};
            /// `except*`: splits `b` by `c`; `a` = rest or None, `a+1` = match or None. A match
            /// becomes the exception being handled.
            check_eg_match = CheckEgMatch "CHECK_EG_MATCH" (Def2, Use, Use) [] {ANY};
            /// `a, a+1` = special method [`SpecialMethod`](crate::SpecialMethod) `c` of `b`'s type
            /// and its self or EMPTY, as by LOAD_METHOD.
            load_special = LoadSpecial "LOAD_SPECIAL" (Def2, Use, UImm) [] {ANY};
            /// `a, a+1, a+2` = type, value and traceback of exception `b`.
            exc_triple = ExcTriple "EXC_TRIPLE" (Def3, Use, None) [] {ALLOCS};

            // ---- Generators and coroutines -------------------------------------------------
            /// Returns a new generator (coroutine, asynchronous generator, as the code's flags
            /// say) that will continue behind this instruction.
            return_generator = ReturnGenerator "RETURN_GENERATOR" (None, None, None) [Cache] {ALLOCS RAISES};
            /// Yields `b`; `a` = value sent. `c` is one more than the register of the iterator
            /// delegated to (`yield from`, `await`), or 0.
            yield_ = Yield "YIELD" (Def, Use, UsePlus1) [Cache] {ANY};
            /// Sends `a` to iterator `b`: `a` = what it yields, or jumps with `a` = what it returns.
            send = Send "SEND" (UseDef, Use, None) [JumpCache] {ANY};
            /// After an exception at a delegating YIELD: `a` = value of StopIteration `b`; any
            /// other exception is raised again.
            cleanup_throw = CleanupThrow "CLEANUP_THROW" (Def, Use, None) [] {RAISES READS};
            /// `a` = awaitable iterator of `b`; `c` = 1 in `__aenter__`, 2 in `__aexit__` (for the
            /// error text), else 0.
            get_awaitable = GetAwaitable "GET_AWAITABLE" (Def, Use, UImm) [] {ANY};
            /// `a` = iterator of `yield from b`.
            get_yield_from_iter = GetYieldFromIter "GET_YIELD_FROM_ITER" (Def, Use, None) [] {ANY};
            /// `a = b.__aiter__()`.
            get_aiter = GetAiter "GET_AITER" (Def, Use, None) [] {ANY};
            /// `a` = awaitable iterator of `b.__anext__()`.
            get_anext = GetAnext "GET_ANEXT" (Def, Use, None) [] {ANY};
            /// Ends `async for`: raises exception `a` again unless it is StopAsyncIteration.
            end_async_for = EndAsyncFor "END_ASYNC_FOR" (Use, None, None) [] {RAISES};

            // ---- Imports -------------------------------------------------------------------
            /// `a = __import__(name c, level b, fromlist b+1)`.
            import_name = ImportName "IMPORT_NAME" (Def, Use2, Name) [] {ANY};
            /// `a` = attribute or submodule `c` of module `b`.
            import_from = ImportFrom "IMPORT_FROM" (Def, Use, Name) [] {ANY};

            // ---- Pattern matching ----------------------------------------------------------
            /// `a` = whether `b` is a mapping.
            match_mapping = MatchMapping "MATCH_MAPPING" (Def, Use, None) [] {READS};
            /// `a` = whether `b` is a sequence.
            match_sequence = MatchSequence "MATCH_SEQUENCE" (Def, Use, None) [] {READS};
            /// `a` = tuple of the values of mapping `b` for the keys of tuple `c`, or None.
            match_keys = MatchKeys "MATCH_KEYS" (Def, Use, Use) [] {ANY};
            /// `a` = tuple of attributes of subject `b` by class `b+1`, `c` positional ones and those
            /// of the names tuple `b+2`; or None.
            match_class = MatchClass "MATCH_CLASS" (Def, Use3, UImm) [] {ANY};
            /// `a = len(b)`.
            get_len = GetLen "GET_LEN" (Def, Use, None) [] {ANY};

            // ---- Rare operations -----------------------------------------------------------
            /// `a` = [`Intrinsic1`](crate::Intrinsic1) `c` of `b`.
            intrinsic_1 = Intrinsic1 "INTRINSIC_1" (Def, Use, UImm) [] {ANY};
            /// `a` = [`Intrinsic2`](crate::Intrinsic2) `c` of `b` and `b+1`.
            intrinsic_2 = Intrinsic2 "INTRINSIC_2" (Def, Use2, UImm) [] {ANY};
            /// Makes sure that namespace `a` has `__annotations__`.
            setup_annotations = SetupAnnotations "SETUP_ANNOTATIONS" (Use, None, None) [] {ANY};

            // ---- Internal and quickened instructions ---------------------------------------
            // The virtual machine's own: never in a serialised code object, refused by the
            // verifier. `INTERNAL` is the mark; a quickened form repeats its origin's roles and
            // extra words and is listed in `quickened_from`.
            /// Stands where functions begin whose code object has no instructions yet: loads them.
            load_body = LoadBody "LOAD_BODY" (None, None, None) [] {INTERNAL ANY};
            /// The return pc of frames entered from native code; never executed.
            exit_run = ExitRun "EXIT_RUN" (None, None, None) [Cache Cache] {INTERNAL ENDS};
        }
    };
}

macro_rules! words {
    ($extra:ident) => {
        1
    };
}

macro_rules! define_ops {
    ($( $(#[doc = $doc:literal])+ $handler:ident = $variant:ident $display:literal
        ($a:ident, $b:ident, $c:ident) [$($extra:ident)*] {$($effect:ident)*}; )*) => {
        /// The operation of an instruction.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        #[repr(u16)]
        pub enum Op { $( $(#[doc = $doc])+ $variant, )* }

        /// All operations, in order of their number.
        pub const ALL_OPS: &[Op] = &[ $( Op::$variant, )* ];

        static OP_INFO: &[OpInfo] = &[ $( OpInfo {
            name: $display,
            doc: concat!($($doc, "\n",)+),
            roles: [Role::$a, Role::$b, Role::$c],
            extra: &[$(Extra::$extra),*],
            effects: Effects::NONE $(.union(Effects::$effect))*,
        }, )* ];

        /// Numbers of words, by number of the operation.
        const OP_WORDS: [u8; ALL_OPS.len()] = [ $( 1 $(+ words!($extra))*, )* ];
    };
}

for_each_op!(define_ops);

/// What the list says about one operation.
#[derive(Debug)]
pub struct OpInfo {
    /// Display name.
    pub name: &'static str,
    /// Documentation, one line per source line.
    pub doc: &'static str,
    /// Roles of the operands a, b and c.
    pub roles: [Role; 3],
    /// The extra words.
    pub extra: &'static [Extra],
    /// What executing it may do.
    pub effects: Effects,
}

impl Op {
    /// The list's entry.
    #[inline]
    pub fn info(self) -> &'static OpInfo {
        &OP_INFO[self as usize]
    }

    /// Decodes an operation number.
    #[inline]
    pub fn from_u16(number: u16) -> Option<Op> {
        ALL_OPS.get(number as usize).copied()
    }

    /// Number of words of the instruction that begins with `word`; 1 if that is none.
    #[inline(always)]
    pub fn words_at(word: u64) -> usize {
        OP_WORDS.get(word as u16 as usize).copied().unwrap_or(1) as usize
    }

    /// Display name, as `dis` prints it.
    pub fn name(self) -> &'static str {
        self.info().name
    }

    /// Number of words, the first included.
    #[expect(clippy::len_without_is_empty, reason = "an instruction is never empty")]
    #[inline]
    pub fn len(self) -> usize {
        OP_WORDS[self as usize] as usize
    }

    /// What executing it may do.
    #[inline]
    pub fn effects(self) -> Effects {
        self.info().effects
    }
}
