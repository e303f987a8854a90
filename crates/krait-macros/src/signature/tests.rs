use super::{Receiver, Signature};

fn parse(text: &str) -> Signature {
    Signature::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn names(signature: &Signature) -> Vec<&str> {
    signature.params.iter().map(|p| p.name.as_str()).collect()
}

/// `(posonly, positional, required, keyword-only)`
fn counts(signature: &Signature) -> (usize, usize, usize, usize) {
    (
        signature.posonly,
        signature.positional,
        signature.required(),
        signature.params.len() - signature.positional,
    )
}

#[test]
fn empty_list() {
    assert_eq!(parse("()"), Signature::default());
    assert_eq!(parse("( )"), Signature::default());
}

#[test]
fn receivers() {
    assert_eq!(parse("($self, /)").receiver, Some(Receiver::Instance));
    assert_eq!(parse("($module, /)").receiver, Some(Receiver::Module));
    assert_eq!(parse("($type, /)").receiver, Some(Receiver::Type));
    assert_eq!(parse("($cls, x)").receiver, Some(Receiver::Type));
    assert_eq!(parse("(self)").receiver, None);
    assert!(parse("($self, /)").passes_receiver());
    assert!(!parse("($module, /)").passes_receiver());
}

#[test]
fn positional_only_excludes_the_receiver() {
    let signature = parse("($self, index=-1, /)");
    assert_eq!(names(&signature), ["index"]);
    assert_eq!(counts(&signature), (1, 1, 0, 0));
    assert_eq!(counts(&parse("($self, a, /, b, c=1)")), (1, 3, 2, 0));
    assert_eq!(counts(&parse("($self, /, a)")), (0, 1, 1, 0));
}

#[test]
fn keyword_only_mask() {
    let signature = parse("($module, a, *, b=1, c, d=None, e)");
    assert_eq!(counts(&signature), (0, 1, 1, 4));
    assert_eq!(signature.keyword_only_required(), 0b1010);
}

#[test]
fn varargs_and_varkw() {
    let signature = parse(r"(*args, sep=' ', end='\n', file=None, flush=False)");
    assert_eq!(names(&signature), ["sep", "end", "file", "flush"]);
    assert_eq!(signature.varargs.as_deref(), Some("args"));
    assert_eq!(counts(&signature), (0, 0, 0, 4));
    let signature = parse("($self, /, *args, **kwargs)");
    assert_eq!(signature.varargs.as_deref(), Some("args"));
    assert_eq!(signature.varkw.as_deref(), Some("kwargs"));
    assert!(signature.params.is_empty());
    assert_eq!(counts(&parse("(a, /, **kw)")), (1, 1, 1, 0));
}

#[test]
fn defaults_may_hold_any_text() {
    let signature = parse(r#"(a=(1, 2), b={',': "x,"}, c='\',', d=<unrepresentable>, e=a==b)"#);
    assert_eq!(names(&signature), ["a", "b", "c", "d", "e"]);
    assert_eq!(signature.required(), 0);
}

#[test]
fn errors() {
    for (text, message) in [
        ("a, b", "parenthesized"),
        ("(a,)", "empty entry"),
        ("(, a)", "empty entry"),
        ("(/, a)", "needs a parameter"),
        ("(a, /, b, /)", "`/` appears twice"),
        ("(*, a, /)", "before `*`"),
        ("(*a, *, b)", "`*` appears twice"),
        ("(a, *)", "not the end of the list"),
        ("(a, *, **kw)", "not **kw"),
        ("(**kw, a)", "nothing may follow `**kw`"),
        ("(a, $self)", "must be the first"),
        ("($this, a)", "unknown marker"),
        ("(a=1, b)", "without a default"),
        ("(a=)", "lacks a default"),
        ("(a, a)", "duplicate"),
        ("(1a)", "not a parameter name"),
        ("(a: int)", "not a parameter name"),
        ("(a=(1)", "missing `)`"),
        ("(a=])", "unmatched `]`"),
        ("(a='x)", "unterminated"),
    ] {
        let error = Signature::parse(text).expect_err(text);
        assert!(error.contains(message), "{text}: {error}");
    }
}

#[test]
fn keyword_only_parameters_fit_the_mask() {
    let list = |count: usize| -> String {
        let names: Vec<_> = (0..count).map(|i| format!("k{i}")).collect();
        format!("(*, {})", names.join(", "))
    };
    assert_eq!(parse(&list(64)).keyword_only_required(), u64::MAX);
    assert!(Signature::parse(&list(65)).is_err());
}

#[test]
fn groups_are_optional() {
    let signature = parse("($self, sub[, start[, end]], /)");
    let names: Vec<_> = signature.params.iter().map(|p| p.name.as_str()).collect();
    assert_eq!(names, ["sub", "start", "end"]);
    assert_eq!((signature.required(), signature.posonly), (1, 3));
    assert_eq!(parse("(a=[], /)").params.len(), 1);
}
