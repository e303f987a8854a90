use super::{Method, expand};
use crate::input::ImplBlock;

/// The texts of the derived signatures of a block's functions.
fn signatures(source: &str) -> Vec<String> {
    let block: ImplBlock = syn::parse_str(&format!("impl X {{ {source} }}")).unwrap();
    assert!(block.error.is_none());
    let methods = block.functions.into_iter().map(Method::new);
    methods.map(|method| method.unwrap().text).collect()
}

fn errors(source: &str) -> String {
    let block: ImplBlock = syn::parse_str(&format!("impl X {{ {source} }}")).unwrap();
    expand(block).to_string()
}

#[test]
fn derived_signatures() {
    let texts = signatures(
        "#[py] fn a(cx: &mut Cx, this: Gc<List>, x: i64, _type_: Value) {}
         #[py] fn b(cx: &mut vm::Cx<'_>, mut x: Value) {}
         #[py] fn c() {}
         #[py(classmethod)] fn d(ty: Value, rest: &[Value]) {}
         #[py(staticmethod)] fn e(rest: &[Value]) {}",
    );
    assert_eq!(
        texts,
        [
            "($self, x, type, /)",
            "($module, x, /)",
            "($module, /)",
            "($type, /, *rest)",
            "(*rest)"
        ]
    );
}

#[test]
fn unmarked_items_pass_through() {
    let source = "const A: P = P { x: 1 }; type T = u8; helper! { x } pub(crate) const fn f() -> B<{ 1 }> { 1 } #[py] fn g() {} fn h() {}";
    let block: ImplBlock = syn::parse_str(&format!("impl X {{ {source} }}")).unwrap();
    assert_eq!(block.functions.len(), 1);
    let expected: proc_macro2::TokenStream = source.replace("#[py] ", "").parse().unwrap();
    assert_eq!(block.items.to_string(), expected.to_string());
}

#[test]
fn mismatches_are_compile_errors() {
    for (source, message) in [
        (
            "#[py(sig = \"($self, a, /)\")] fn f(this: Value) {}",
            "asks for 2 Rust parameters (self, a), the function takes 1",
        ),
        (
            "#[py(sig = \"(a=1)\")] fn f(a: i64) {}",
            "has a default: its type",
        ),
        (
            "#[py(sig = \"(*args, a)\")] fn f(args: &[Value], a: Value) {}",
            "is not the `*args`",
        ),
        (
            "#[py(sig = \"(*args)\")] fn f(args: Value) {}",
            "must be `&[Value]`",
        ),
        (
            "#[py(sig = \"(**kw)\")] fn f(kw: Gc<Dict>) {}",
            "`**kw` must be",
        ),
        (
            "#[py(sig = \"($type)\")] fn f(ty: Value) {}",
            "needs `classmethod` or `new`",
        ),
        (
            "#[py(new, sig = \"($self)\")] fn f(ty: Value) {}",
            "must start with `$type`",
        ),
        (
            "#[py(staticmethod, sig = \"($self)\")] fn f(ty: Value) {}",
            "has no `$` marker",
        ),
        ("#[py] fn f(&self) {}", "plain parameter"),
        ("#[py] fn f((a, b): (i64, i64)) {}", "without a name"),
        ("#[py] const A: u8 = 1;", "applies to functions"),
        ("#[py] #[py] fn f() {}", "second `#[py]`"),
        (
            "#[py] fn f() {} #[py(name = \"f\")] fn g() {}",
            "`f` is defined twice",
        ),
        (
            "#[py(setter = \"x\")] fn s(this: Value, v: Option<Value>) {}",
            "no getter `x`",
        ),
        (
            "#[py(setter = \"x\")] fn s(this: Value, v: Value) {}",
            "a setter takes",
        ),
        (
            "#[py(getter)] fn g(this: Value, v: Value) {}",
            "the receiver only",
        ),
        (
            "#[py(getter)] fn g() {}",
            "the first parameter must be the receiver",
        ),
        (
            "#[py(sig = \"(a, a)\")] fn f() {}",
            "in signature of `f`: duplicate",
        ),
    ] {
        let output = errors(source);
        assert!(output.contains(message), "{source}: {output}");
        assert!(output.contains("compile_error"), "{source}");
    }
}
