//! What the recogniser remembers of an expression.

/// The kinds of expression that error messages tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NodeKind {
    Attribute,
    Subscript,
    Starred,
    Name,
    List,
    Tuple,
    Lambda,
    Call,
    /// Unary, binary and boolean operators.
    Operation,
    Generator,
    Yield,
    Await,
    ListComp,
    SetComp,
    DictComp,
    Dict,
    Set,
    FString,
    TString,
    Str,
    Bytes,
    Number,
    None,
    True,
    False,
    Ellipsis,
    Compare,
    /// A comparison whose first operator is `in`: also what a broken `for` clause looks like.
    CompareIn,
    Conditional,
    Named,
    /// Anything that is no expression: a token, a clause, a pattern.
    Other,
}

impl NodeKind {
    /// The words for it in messages.
    pub(super) fn describe(self) -> &'static str {
        match self {
            NodeKind::Attribute => "attribute",
            NodeKind::Subscript => "subscript",
            NodeKind::Starred => "starred",
            NodeKind::Name => "name",
            NodeKind::List => "list",
            NodeKind::Tuple => "tuple",
            NodeKind::Lambda => "lambda",
            NodeKind::Call => "function call",
            NodeKind::Operation | NodeKind::Other => "expression",
            NodeKind::Generator => "generator expression",
            NodeKind::Yield => "yield expression",
            NodeKind::Await => "await expression",
            NodeKind::ListComp => "list comprehension",
            NodeKind::SetComp => "set comprehension",
            NodeKind::DictComp => "dict comprehension",
            NodeKind::Dict => "dict literal",
            NodeKind::Set => "set display",
            NodeKind::FString => "f-string expression",
            NodeKind::TString => "t-string expression",
            NodeKind::Str | NodeKind::Bytes | NodeKind::Number => "literal",
            NodeKind::None => "None",
            NodeKind::True => "True",
            NodeKind::False => "False",
            NodeKind::Ellipsis => "ellipsis",
            NodeKind::Compare | NodeKind::CompareIn => "comparison",
            NodeKind::Conditional => "conditional expression",
            NodeKind::Named => "named expression",
        }
    }
}

/// A piece of the source that a rule has matched.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    pub kind: NodeKind,
    /// Byte range.
    pub start: usize,
    pub end: usize,
    /// Range in the parser's list of children: the elements of lists and tuples, the operand of a
    /// star, the left operand of a comparison.
    pub first_child: u32,
    pub children: u32,
}

/// The rules of a place where something is assigned or deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TargetRules {
    Assign,
    Delete,
    For,
}
