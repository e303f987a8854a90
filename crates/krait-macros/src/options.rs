//! The `#[py(...)]` options of one function, and its Python name and documentation.

use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Attribute, Error, Expr, ExprLit, Ident, Lit, LitStr, Meta, Result};

/// What the definition becomes on the Python side, as far as the options say.
#[derive(Clone)]
pub enum Role {
    /// A function or a method: the signature's receiver decides.
    Callable,
    ClassMethod,
    StaticMethod,
    New,
    Getter,
    /// Sets the attribute of this name; merged into the getter's definition.
    Setter(LitStr),
    /// Stands for the six comparison methods.
    Compare,
}

/// Parsed `#[py(...)]`.
#[derive(Clone)]
pub struct Options {
    pub name: Option<LitStr>,
    pub sig: Option<LitStr>,
    pub doc: Option<LitStr>,
    /// `__text_signature__` where it is not `sig`.
    pub shown: Option<LitStr>,
    pub hide_sig: bool,
    /// The variant of `AtOnce` by which handlers know the function.
    pub at_once: Option<Ident>,
    /// A getter that shows as a member (a field of the object), as in CPython.
    pub member: bool,
    pub role: Role,
    pub span: Span,
}

impl Options {
    pub fn parse(attr: &Attribute) -> Result<Self> {
        let mut options = Self {
            name: None,
            sig: None,
            doc: None,
            shown: None,
            hide_sig: false,
            at_once: None,
            member: false,
            role: Role::Callable,
            span: attr.path().segments[0].ident.span(),
        };
        if matches!(attr.meta, Meta::Path(_)) {
            return Ok(options);
        }
        attr.parse_nested_meta(|meta| {
            let key = meta.path.require_ident()?.to_string();
            match key.as_str() {
                "name" => set_once(&mut options.name, meta.value()?.parse()?),
                "sig" => set_once(&mut options.sig, meta.value()?.parse()?),
                "doc" => set_once(&mut options.doc, meta.value()?.parse()?),
                "shown" => set_once(&mut options.shown, meta.value()?.parse()?),
                "at_once" => set_once(&mut options.at_once, meta.value()?.parse()?),
                "hide_sig" => {
                    options.hide_sig = true;
                    Ok(())
                }
                "member" => {
                    options.member = true;
                    Ok(())
                }
                "classmethod" => options.set_role(Role::ClassMethod, &meta.path),
                "staticmethod" => options.set_role(Role::StaticMethod, &meta.path),
                "new" => options.set_role(Role::New, &meta.path),
                "getter" => options.set_role(Role::Getter, &meta.path),
                "compare" => options.set_role(Role::Compare, &meta.path),
                "setter" => {
                    let name = meta.value()?.parse()?;
                    options.set_role(Role::Setter(name), &meta.path)
                }
                _ => Err(meta.error(
                    "expected `name`, `sig`, `doc`, `shown`, `hide_sig`, `at_once`, `member`, `getter`, `setter`, `classmethod`, `staticmethod`, `new` or `compare`",
                )),
            }
        })?;
        options.check()?;
        Ok(options)
    }

    fn set_role(&mut self, role: Role, path: &syn::Path) -> Result<()> {
        if !matches!(self.role, Role::Callable) {
            return Err(Error::new_spanned(
                path,
                "only one of `getter`, `setter`, `classmethod`, `staticmethod`, `new` and `compare`",
            ));
        }
        self.role = role;
        Ok(())
    }

    /// Rejects options that would have no effect.
    fn check(&self) -> Result<()> {
        let is_attribute = matches!(self.role, Role::Getter | Role::Setter(_));
        if is_attribute && let Some(sig) = &self.sig {
            return Err(Error::new(
                sig.span(),
                "getters and setters have no signature",
            ));
        }
        if is_attribute && (self.hide_sig || self.shown.is_some()) {
            return Err(Error::new(
                self.span,
                "getters and setters have no signature to show or hide",
            ));
        }
        if self.hide_sig && self.shown.is_some() {
            return Err(Error::new(self.span, "a signature is shown or hidden"));
        }
        if self.member && !matches!(self.role, Role::Getter) {
            return Err(Error::new(self.span, "only getters can be members"));
        }
        if let (Role::Setter(_), Some(useless)) =
            (&self.role, self.name.as_ref().or(self.doc.as_ref()))
        {
            return Err(Error::new(
                useless.span(),
                "a setter takes its name and documentation from the getter",
            ));
        }
        if let (Role::Compare, Some(useless)) = (
            &self.role,
            self.name
                .as_ref()
                .or(self.doc.as_ref())
                .or(self.sig.as_ref()),
        ) {
            return Err(Error::new(
                useless.span(),
                "the comparison methods have names, documentation and signature of their own",
            ));
        }
        Ok(())
    }

    /// The Python name of the function `ident`.
    pub fn python_name(&self, ident: &Ident) -> String {
        match (&self.role, &self.name) {
            (Role::Setter(name), _) | (_, Some(name)) => name.value(),
            _ => python_name(ident),
        }
    }

    /// `__doc__`: the `doc` option if there is one (empty means none), else the doc comment.
    pub fn python_doc(&self, attrs: &[Attribute]) -> Option<String> {
        let doc = match &self.doc {
            Some(doc) => doc.value(),
            None => doc_comment(attrs),
        };
        (!doc.is_empty()).then_some(doc)
    }
}

fn set_once<T: Spanned>(slot: &mut Option<T>, value: T) -> Result<()> {
    if slot.is_some() {
        return Err(Error::new(value.span(), "option given twice"));
    }
    *slot = Some(value);
    Ok(())
}

/// The Python spelling of a Rust name: without `r#`, and without the trailing `_` that dodges a keyword. Dunder names
/// keep their underscores.
pub fn python_name(ident: &Ident) -> String {
    let name = ident.unraw().to_string();
    match name.strip_suffix('_') {
        Some(stripped) if !stripped.is_empty() && !stripped.ends_with('_') => stripped.to_owned(),
        _ => name,
    }
}

/// The doc comment's lines joined with newlines, one leading space stripped from each.
fn doc_comment(attrs: &[Attribute]) -> String {
    let mut lines = Vec::new();
    for attr in attrs {
        if let Meta::NameValue(meta) = &attr.meta
            && meta.path.is_ident("doc")
            && let Expr::Lit(ExprLit {
                lit: Lit::Str(text),
                ..
            }) = &meta.value
        {
            let text = text.value();
            // A `/** */` comment is one attribute of several lines.
            lines.extend(
                text.split('\n')
                    .map(|line| line.strip_prefix(' ').unwrap_or(line).to_owned()),
            );
        }
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use quote::format_ident;
    use syn::parse::Parser;

    fn attrs(text: &str) -> Vec<Attribute> {
        Attribute::parse_outer.parse_str(text).unwrap()
    }

    fn options(text: &str) -> Result<Options> {
        Options::parse(&attrs(text)[0])
    }

    #[test]
    fn names() {
        assert_eq!(python_name(&format_ident!("append")), "append");
        assert_eq!(python_name(&format_ident!("print_")), "print");
        assert_eq!(python_name(&format_ident!("r#type")), "type");
        assert_eq!(python_name(&format_ident!("__len__")), "__len__");
        assert_eq!(python_name(&format_ident!("_")), "_");
    }

    #[test]
    fn doc_comes_from_the_comment_unless_overridden() {
        let comment = attrs("/// First.\n///\n///   indented\n");
        let doc = |py: &str| options(py).unwrap().python_doc(&comment);
        assert_eq!(doc("#[py]").as_deref(), Some("First.\n\n  indented"));
        assert_eq!(doc("#[py(doc = \"x\")]").as_deref(), Some("x"));
        assert_eq!(doc("#[py(doc = \"\")]"), None);
    }

    #[test]
    fn contradictions_are_rejected() {
        for text in [
            "#[py(getter, new)]",
            "#[py(getter, sig = \"()\")]",
            "#[py(getter, hide_sig)]",
            "#[py(setter = \"a\", name = \"b\")]",
            "#[py(compare, name = \"b\")]",
            "#[py(compare, new)]",
            "#[py(hide_sig, shown = \"()\")]",
            "#[py(name = \"a\", name = \"b\")]",
            "#[py(unknown)]",
            "#[py(setter)]",
        ] {
            assert!(options(text).is_err(), "{text}");
        }
    }
}
