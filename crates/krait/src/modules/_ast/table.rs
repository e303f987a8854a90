//! The abstract syntax of Python 3.14 as one table: node classes, their fields and bases.
//!
//! A field is written as in the language's abstract grammar (`ast` module documentation): type,
//! `?` for optional, `*` for a list, name. Classes, documentation strings, `_field_types`, the
//! constructors' defaults and the conversions in both directions all go by this table.

/// Whether the nodes of a class have a position.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Placed {
    No,
    /// `lineno` and `col_offset`; the end is optional.
    Yes,
    /// All four attributes are required.
    WithEnd,
}

/// How often a field occurs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Count {
    One,
    Optional,
    Many,
    /// A list whose items may be `None` (`expr?*`).
    ManyOptional,
}

/// A field of a node.
#[derive(Clone, Copy)]
pub struct Field {
    pub name: &'static str,
    /// `expr`, `identifier`, `int` ...
    pub kind: &'static str,
    pub count: Count,
}

/// One class of the table.
pub struct NodeDef {
    pub name: &'static str,
    /// `None`: derived from `AST` itself.
    pub base: Option<Node>,
    /// As in the grammar.
    pub fields: &'static [&'static str],
    pub placed: Placed,
}

impl NodeDef {
    /// The fields, taken apart.
    pub fn parsed_fields(&self) -> impl Iterator<Item = Field> + use<> {
        self.fields.iter().map(|text| parse_field(text))
    }

    /// `BinOp(expr left, operator op, expr right)`.
    pub fn constructor(&self) -> String {
        if self.fields.is_empty() {
            return self.name.to_owned();
        }
        format!("{}({})", self.name, self.fields.join(", "))
    }
}

fn parse_field(text: &'static str) -> Field {
    let (kind, name) = text.split_once(' ').unwrap_or((text, ""));
    let (kind, count) = match kind.strip_suffix("?*") {
        Some(kind) => (kind, Count::ManyOptional),
        None => match (kind.strip_suffix('*'), kind.strip_suffix('?')) {
            (Some(kind), _) => (kind, Count::Many),
            (_, Some(kind)) => (kind, Count::Optional),
            _ => (kind, Count::One),
        },
    };
    Field { name, kind, count }
}

macro_rules! base_of {
    (Root) => {
        None
    };
    ($base:ident) => {
        Some(Node::$base)
    };
}

macro_rules! nodes {
    ($($id:ident $name:literal: $base:ident [$($field:literal),*] $placed:path;)*) => {
        /// A class of the table. Those called `Any...` are the abstract bases.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[repr(u8)]
        pub enum Node {
            $($id,)*
        }

        /// All classes; bases stand before what is derived from them.
        pub static NODES: &[NodeDef] = &[
            $(NodeDef { name: $name, base: base_of!($base), fields: &[$($field),*], placed: $placed },)*
        ];

        /// The classes in the order of [`NODES`].
        pub static IDS: &[Node] = &[$(Node::$id,)*];
    };
}

nodes! {
    AnyMod "mod": Root [] Placed::No;
    Module "Module": AnyMod ["stmt* body", "type_ignore* type_ignores"] Placed::No;
    Interactive "Interactive": AnyMod ["stmt* body"] Placed::No;
    Expression "Expression": AnyMod ["expr body"] Placed::No;
    FunctionType "FunctionType": AnyMod ["expr* argtypes", "expr returns"] Placed::No;
    AnyStmt "stmt": Root [] Placed::Yes;
    FunctionDef "FunctionDef": AnyStmt ["identifier name", "arguments args", "stmt* body", "expr* decorator_list", "expr? returns", "string? type_comment", "type_param* type_params"] Placed::Yes;
    AsyncFunctionDef "AsyncFunctionDef": AnyStmt ["identifier name", "arguments args", "stmt* body", "expr* decorator_list", "expr? returns", "string? type_comment", "type_param* type_params"] Placed::Yes;
    ClassDef "ClassDef": AnyStmt ["identifier name", "expr* bases", "keyword* keywords", "stmt* body", "expr* decorator_list", "type_param* type_params"] Placed::Yes;
    Return "Return": AnyStmt ["expr? value"] Placed::Yes;
    Delete "Delete": AnyStmt ["expr* targets"] Placed::Yes;
    Assign "Assign": AnyStmt ["expr* targets", "expr value", "string? type_comment"] Placed::Yes;
    TypeAlias "TypeAlias": AnyStmt ["expr name", "type_param* type_params", "expr value"] Placed::Yes;
    AugAssign "AugAssign": AnyStmt ["expr target", "operator op", "expr value"] Placed::Yes;
    AnnAssign "AnnAssign": AnyStmt ["expr target", "expr annotation", "expr? value", "int simple"] Placed::Yes;
    For "For": AnyStmt ["expr target", "expr iter", "stmt* body", "stmt* orelse", "string? type_comment"] Placed::Yes;
    AsyncFor "AsyncFor": AnyStmt ["expr target", "expr iter", "stmt* body", "stmt* orelse", "string? type_comment"] Placed::Yes;
    While "While": AnyStmt ["expr test", "stmt* body", "stmt* orelse"] Placed::Yes;
    If "If": AnyStmt ["expr test", "stmt* body", "stmt* orelse"] Placed::Yes;
    With "With": AnyStmt ["withitem* items", "stmt* body", "string? type_comment"] Placed::Yes;
    AsyncWith "AsyncWith": AnyStmt ["withitem* items", "stmt* body", "string? type_comment"] Placed::Yes;
    Match "Match": AnyStmt ["expr subject", "match_case* cases"] Placed::Yes;
    Raise "Raise": AnyStmt ["expr? exc", "expr? cause"] Placed::Yes;
    Try "Try": AnyStmt ["stmt* body", "excepthandler* handlers", "stmt* orelse", "stmt* finalbody"] Placed::Yes;
    TryStar "TryStar": AnyStmt ["stmt* body", "excepthandler* handlers", "stmt* orelse", "stmt* finalbody"] Placed::Yes;
    Assert "Assert": AnyStmt ["expr test", "expr? msg"] Placed::Yes;
    Import "Import": AnyStmt ["alias* names"] Placed::Yes;
    ImportFrom "ImportFrom": AnyStmt ["identifier? module", "alias* names", "int? level"] Placed::Yes;
    Global "Global": AnyStmt ["identifier* names"] Placed::Yes;
    Nonlocal "Nonlocal": AnyStmt ["identifier* names"] Placed::Yes;
    Expr "Expr": AnyStmt ["expr value"] Placed::Yes;
    Pass "Pass": AnyStmt [] Placed::Yes;
    Break "Break": AnyStmt [] Placed::Yes;
    Continue "Continue": AnyStmt [] Placed::Yes;
    AnyExpr "expr": Root [] Placed::Yes;
    BoolOp "BoolOp": AnyExpr ["boolop op", "expr* values"] Placed::Yes;
    NamedExpr "NamedExpr": AnyExpr ["expr target", "expr value"] Placed::Yes;
    BinOp "BinOp": AnyExpr ["expr left", "operator op", "expr right"] Placed::Yes;
    UnaryOp "UnaryOp": AnyExpr ["unaryop op", "expr operand"] Placed::Yes;
    Lambda "Lambda": AnyExpr ["arguments args", "expr body"] Placed::Yes;
    IfExp "IfExp": AnyExpr ["expr test", "expr body", "expr orelse"] Placed::Yes;
    Dict "Dict": AnyExpr ["expr?* keys", "expr* values"] Placed::Yes;
    Set "Set": AnyExpr ["expr* elts"] Placed::Yes;
    ListComp "ListComp": AnyExpr ["expr elt", "comprehension* generators"] Placed::Yes;
    SetComp "SetComp": AnyExpr ["expr elt", "comprehension* generators"] Placed::Yes;
    DictComp "DictComp": AnyExpr ["expr key", "expr value", "comprehension* generators"] Placed::Yes;
    GeneratorExp "GeneratorExp": AnyExpr ["expr elt", "comprehension* generators"] Placed::Yes;
    Await "Await": AnyExpr ["expr value"] Placed::Yes;
    Yield "Yield": AnyExpr ["expr? value"] Placed::Yes;
    YieldFrom "YieldFrom": AnyExpr ["expr value"] Placed::Yes;
    Compare "Compare": AnyExpr ["expr left", "cmpop* ops", "expr* comparators"] Placed::Yes;
    Call "Call": AnyExpr ["expr func", "expr* args", "keyword* keywords"] Placed::Yes;
    FormattedValue "FormattedValue": AnyExpr ["expr value", "int conversion", "expr? format_spec"] Placed::Yes;
    Interpolation "Interpolation": AnyExpr ["expr value", "constant str", "int conversion", "expr? format_spec"] Placed::Yes;
    JoinedStr "JoinedStr": AnyExpr ["expr* values"] Placed::Yes;
    TemplateStr "TemplateStr": AnyExpr ["expr* values"] Placed::Yes;
    Constant "Constant": AnyExpr ["constant value", "string? kind"] Placed::Yes;
    Attribute "Attribute": AnyExpr ["expr value", "identifier attr", "expr_context ctx"] Placed::Yes;
    Subscript "Subscript": AnyExpr ["expr value", "expr slice", "expr_context ctx"] Placed::Yes;
    Starred "Starred": AnyExpr ["expr value", "expr_context ctx"] Placed::Yes;
    Name "Name": AnyExpr ["identifier id", "expr_context ctx"] Placed::Yes;
    List "List": AnyExpr ["expr* elts", "expr_context ctx"] Placed::Yes;
    Tuple "Tuple": AnyExpr ["expr* elts", "expr_context ctx"] Placed::Yes;
    Slice "Slice": AnyExpr ["expr? lower", "expr? upper", "expr? step"] Placed::Yes;
    AnyContext "expr_context": Root [] Placed::No;
    Load "Load": AnyContext [] Placed::No;
    Store "Store": AnyContext [] Placed::No;
    Del "Del": AnyContext [] Placed::No;
    AnyBoolOp "boolop": Root [] Placed::No;
    And "And": AnyBoolOp [] Placed::No;
    Or "Or": AnyBoolOp [] Placed::No;
    AnyOperator "operator": Root [] Placed::No;
    Add "Add": AnyOperator [] Placed::No;
    Sub "Sub": AnyOperator [] Placed::No;
    Mult "Mult": AnyOperator [] Placed::No;
    MatMult "MatMult": AnyOperator [] Placed::No;
    Div "Div": AnyOperator [] Placed::No;
    Mod "Mod": AnyOperator [] Placed::No;
    Pow "Pow": AnyOperator [] Placed::No;
    LShift "LShift": AnyOperator [] Placed::No;
    RShift "RShift": AnyOperator [] Placed::No;
    BitOr "BitOr": AnyOperator [] Placed::No;
    BitXor "BitXor": AnyOperator [] Placed::No;
    BitAnd "BitAnd": AnyOperator [] Placed::No;
    FloorDiv "FloorDiv": AnyOperator [] Placed::No;
    AnyUnaryOp "unaryop": Root [] Placed::No;
    Invert "Invert": AnyUnaryOp [] Placed::No;
    Not "Not": AnyUnaryOp [] Placed::No;
    UAdd "UAdd": AnyUnaryOp [] Placed::No;
    USub "USub": AnyUnaryOp [] Placed::No;
    AnyCmpOp "cmpop": Root [] Placed::No;
    Eq "Eq": AnyCmpOp [] Placed::No;
    NotEq "NotEq": AnyCmpOp [] Placed::No;
    Lt "Lt": AnyCmpOp [] Placed::No;
    LtE "LtE": AnyCmpOp [] Placed::No;
    Gt "Gt": AnyCmpOp [] Placed::No;
    GtE "GtE": AnyCmpOp [] Placed::No;
    Is "Is": AnyCmpOp [] Placed::No;
    IsNot "IsNot": AnyCmpOp [] Placed::No;
    In "In": AnyCmpOp [] Placed::No;
    NotIn "NotIn": AnyCmpOp [] Placed::No;
    Comprehension "comprehension": Root ["expr target", "expr iter", "expr* ifs", "int is_async"] Placed::No;
    AnyHandler "excepthandler": Root [] Placed::Yes;
    ExceptHandler "ExceptHandler": AnyHandler ["expr? type", "identifier? name", "stmt* body"] Placed::Yes;
    Arguments "arguments": Root ["arg* posonlyargs", "arg* args", "arg? vararg", "arg* kwonlyargs", "expr?* kw_defaults", "arg? kwarg", "expr* defaults"] Placed::No;
    Arg "arg": Root ["identifier arg", "expr? annotation", "string? type_comment"] Placed::Yes;
    Keyword "keyword": Root ["identifier? arg", "expr value"] Placed::Yes;
    Alias "alias": Root ["identifier name", "identifier? asname"] Placed::Yes;
    WithItem "withitem": Root ["expr context_expr", "expr? optional_vars"] Placed::No;
    MatchCase "match_case": Root ["pattern pattern", "expr? guard", "stmt* body"] Placed::No;
    AnyPattern "pattern": Root [] Placed::WithEnd;
    MatchValue "MatchValue": AnyPattern ["expr value"] Placed::WithEnd;
    MatchSingleton "MatchSingleton": AnyPattern ["constant value"] Placed::WithEnd;
    MatchSequence "MatchSequence": AnyPattern ["pattern* patterns"] Placed::WithEnd;
    MatchMapping "MatchMapping": AnyPattern ["expr* keys", "pattern* patterns", "identifier? rest"] Placed::WithEnd;
    MatchClass "MatchClass": AnyPattern ["expr cls", "pattern* patterns", "identifier* kwd_attrs", "pattern* kwd_patterns"] Placed::WithEnd;
    MatchStar "MatchStar": AnyPattern ["identifier? name"] Placed::WithEnd;
    MatchAs "MatchAs": AnyPattern ["pattern? pattern", "identifier? name"] Placed::WithEnd;
    MatchOr "MatchOr": AnyPattern ["pattern* patterns"] Placed::WithEnd;
    AnyTypeIgnore "type_ignore": Root [] Placed::No;
    TypeIgnore "TypeIgnore": AnyTypeIgnore ["int lineno", "string tag"] Placed::No;
    AnyTypeParam "type_param": Root [] Placed::WithEnd;
    TypeVar "TypeVar": AnyTypeParam ["identifier name", "expr? bound", "expr? default_value"] Placed::WithEnd;
    ParamSpec "ParamSpec": AnyTypeParam ["identifier name", "expr? default_value"] Placed::WithEnd;
    TypeVarTuple "TypeVarTuple": AnyTypeParam ["identifier name", "expr? default_value"] Placed::WithEnd;
}

impl Node {
    /// The class's entry.
    pub fn def(self) -> &'static NodeDef {
        &NODES[self as usize]
    }
}

/// The classes derived from `base`.
pub fn subclasses(base: Node) -> impl Iterator<Item = Node> {
    IDS.iter()
        .copied()
        .filter(move |n| n.def().base == Some(base))
}
