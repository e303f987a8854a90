//! Reading the `impl` block.
//!
//! Only the headers of functions marked `#[py]` are parsed; every other token, function bodies above all, is copied
//! through. That keeps expansion cheap over thousands of functions, and a syntax error in a body is reported by the
//! compiler at its place.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::{ToTokens, TokenStreamExt};
use syn::parse::{Parse, ParseStream};
use syn::{
    Attribute, Error, GenericArgument, Generics, Ident, LitStr, PathArguments, Result, Token, Type,
    Visibility, WhereClause, braced, parenthesized,
};

use crate::options::{Options, Role};

/// Variants of `CompareOp`, with what Python calls them.
const COMPARISONS: [(&str, &str); 6] = [
    ("Lt", "<"),
    ("Le", "<="),
    ("Eq", "=="),
    ("Ne", "!="),
    ("Gt", ">"),
    ("Ge", ">="),
];

/// An inherent `impl` block, its `#[py]` attributes taken out.
pub struct ImplBlock {
    pub attrs: Vec<Attribute>,
    pub generics: Generics,
    pub self_type: Type,
    /// The items as they go back to the compiler.
    pub items: TokenStream,
    pub functions: Vec<Function>,
    /// Malformed `#[py]` functions; the rest of the block is still usable.
    pub error: Option<Error>,
}

/// A function marked `#[py]`.
#[derive(Clone)]
pub struct Function {
    pub options: Options,
    /// Without `#[py]`.
    pub attrs: Vec<Attribute>,
    pub ident: Ident,
    pub takes_cx: bool,
    /// Without the context.
    pub params: Vec<FunctionParam>,
    /// For one of the six methods that a `compare` function stands for: its `CompareOp`, the last argument.
    pub comparison: Option<Ident>,
}

#[derive(Clone)]
pub struct FunctionParam {
    /// `None` for a destructuring pattern.
    pub ident: Option<Ident>,
    pub ty: Type,
}

impl Parse for ImplBlock {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let attrs = Attribute::parse_outer(input)?;
        input.parse::<Token![impl]>()?;
        let mut generics: Generics = input.parse()?;
        let self_type: Type = input.parse()?;
        if input.peek(Token![for]) {
            return Err(input.error("expected an inherent impl block, found a trait impl"));
        }
        generics.where_clause = input.parse::<Option<WhereClause>>()?;
        let body;
        braced!(body in input);
        let mut block = Self {
            attrs,
            generics,
            self_type,
            items: TokenStream::new(),
            functions: Vec::new(),
            error: None,
        };
        for attr in Attribute::parse_inner(&body)? {
            attr.to_tokens(&mut block.items);
        }
        while !body.is_empty() {
            block.item(&body)?;
        }
        Ok(block)
    }
}

impl ImplBlock {
    /// Moves one item from `input` to `self.items`, and to `self.functions` if it is marked.
    fn item(&mut self, input: ParseStream<'_>) -> Result<()> {
        let (marks, attrs): (Vec<_>, Vec<_>) = Attribute::parse_outer(input)?
            .into_iter()
            .partition(|attr| attr.path().is_ident("py"));
        self.items.append_all(&attrs);
        let visibility: Visibility = input.parse()?;
        visibility.to_tokens(&mut self.items);
        let is_function = starts_function(input);
        let Some(mark) = marks.first() else {
            return self.copy_item(input, is_function);
        };
        let function = match marks.get(1) {
            Some(second) => Err(Error::new_spanned(second, "second `#[py]` on one function")),
            None if is_function => Function::parse(mark, attrs, &input.fork()),
            None => Err(Error::new_spanned(mark, "`#[py]` applies to functions")),
        };
        match function {
            Ok(function) => self.functions.push(function),
            Err(error) => self.add_error(error),
        }
        self.copy_item(input, is_function)
    }

    pub fn add_error(&mut self, error: Error) {
        match &mut self.error {
            Some(all) => all.combine(error),
            None => self.error = Some(error),
        }
    }

    /// Copies up to the item's end: the body of a function, a braced macro call, or a semicolon.
    fn copy_item(&mut self, input: ParseStream<'_>, is_function: bool) -> Result<()> {
        let mut previous = None;
        while !input.is_empty() {
            let token: TokenTree = input.parse()?;
            let ends = match &token {
                TokenTree::Punct(punct) => punct.as_char() == ';',
                TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
                    // `Array<{ N }>` in a return type is not the body.
                    is_function && previous != Some('<') || previous == Some('!')
                }
                _ => false,
            };
            previous = match &token {
                TokenTree::Punct(punct) => Some(punct.as_char()),
                _ => None,
            };
            self.items.append(token);
            if ends {
                break;
            }
        }
        Ok(())
    }
}

fn starts_function(input: ParseStream<'_>) -> bool {
    let ahead = input.fork();
    skip_qualifiers(&ahead);
    ahead.peek(Token![fn])
}

/// Skips `const`, `async`, `unsafe` and `extern "ABI"`.
fn skip_qualifiers(input: ParseStream<'_>) {
    let is_qualifier = |input: ParseStream<'_>| {
        input.peek(Token![const]) || input.peek(Token![async]) || input.peek(Token![unsafe])
    };
    while is_qualifier(input) && input.parse::<TokenTree>().is_ok() {}
    // A missing ABI string leaves `None`, which is valid too.
    let _ = input.parse::<Option<syn::Abi>>();
}

impl Function {
    fn parse(mark: &Attribute, attrs: Vec<Attribute>, input: ParseStream<'_>) -> Result<Self> {
        let options = Options::parse(mark)?;
        skip_qualifiers(input);
        input.parse::<Token![fn]>()?;
        let ident: Ident = input.parse()?;
        input.parse::<Generics>()?;
        let list;
        parenthesized!(list in input);
        let mut params = Vec::new();
        while !list.is_empty() {
            params.push(list.call(FunctionParam::parse)?);
            if !list.is_empty() {
                list.parse::<Token![,]>()?;
            }
        }
        let takes_cx = params.first().is_some_and(|param| is_context(&param.ty));
        if takes_cx {
            params.remove(0);
        }
        Ok(Self {
            options,
            attrs,
            ident,
            takes_cx,
            params,
            comparison: None,
        })
    }

    /// The six methods that a `compare` function stands for; another function is itself.
    pub fn into_methods(self) -> Result<Vec<Self>> {
        if !matches!(self.options.role, Role::Compare) {
            return Ok(vec![self]);
        }
        if self.params.len() != 3 {
            return Err(Error::new(
                self.ident.span(),
                "a comparison takes the receiver, the other value and a `CompareOp`",
            ));
        }
        let method = |(variant, sign): (&str, &str)| {
            let mut method = self.clone();
            let text = |text: String| Some(LitStr::new(&text, self.ident.span()));
            method.params.pop();
            method.options.role = Role::Callable;
            method.options.name = text(format!("__{}__", variant.to_ascii_lowercase()));
            method.options.sig = text("($self, value, /)".to_owned());
            method.options.doc = text(format!("Return self{sign}value."));
            method.comparison = Some(Ident::new(variant, self.ident.span()));
            method
        };
        Ok(COMPARISONS.into_iter().map(method).collect())
    }

    /// `#[cfg]` attributes, which everything generated from the function must repeat.
    pub fn cfgs(&self) -> impl Iterator<Item = &Attribute> {
        self.attrs.iter().filter(|attr| attr.path().is_ident("cfg"))
    }
}

impl FunctionParam {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        Attribute::parse_outer(input)?;
        let start = input.span();
        let mut pattern = Vec::new();
        while !input.peek(Token![:]) || input.peek(Token![::]) {
            if input.is_empty() || input.peek(Token![,]) {
                return Err(Error::new(
                    start,
                    "a `#[py]` function takes its receiver as a plain parameter, such as `this: Gc<List>`",
                ));
            }
            pattern.push(input.parse::<TokenTree>()?);
        }
        input.parse::<Token![:]>()?;
        let ident = match pattern.as_slice() {
            [TokenTree::Ident(ident)] => Some(ident.clone()),
            [TokenTree::Ident(mutable), TokenTree::Ident(ident)] if mutable == "mut" => {
                Some(ident.clone())
            }
            _ => None,
        };
        Ok(Self {
            ident,
            ty: input.parse()?,
        })
    }

    /// Whether the parameter is the receiver by name: `this`, or `_this` when unused.
    pub fn is_this(&self) -> bool {
        let is = |name: &str| self.ident.as_ref().is_some_and(|ident| ident == name);
        is("this") || is("_this")
    }
}

/// Looks through the invisible groups that `macro_rules!` leaves around a `$ty:ty`.
fn ungroup(mut ty: &Type) -> &Type {
    loop {
        ty = match ty {
            Type::Group(group) => &group.elem,
            Type::Paren(paren) => &paren.elem,
            _ => return ty,
        };
    }
}

fn last_segment(ty: &Type) -> Option<&syn::PathSegment> {
    match ungroup(ty) {
        Type::Path(path) => path.path.segments.last(),
        _ => None,
    }
}

/// `&mut Cx`, under any path and with any lifetimes.
fn is_context(ty: &Type) -> bool {
    let Type::Reference(reference) = ungroup(ty) else {
        return false;
    };
    reference.mutability.is_some()
        && last_segment(&reference.elem).is_some_and(|segment| segment.ident == "Cx")
}

/// `Value`, which needs no conversion.
pub fn is_value(ty: &Type) -> bool {
    last_segment(ty).is_some_and(|segment| segment.ident == "Value" && segment.arguments.is_none())
}

/// `&[Value]`: the tail of variable arguments.
pub fn is_value_slice(ty: &Type) -> bool {
    let Type::Reference(reference) = ungroup(ty) else {
        return false;
    };
    match ungroup(&reference.elem) {
        Type::Slice(slice) => reference.mutability.is_none() && is_value(&slice.elem),
        _ => false,
    }
}

/// The `T` of an `Option<T>`.
fn option_argument(ty: &Type) -> Option<&Type> {
    let segment = last_segment(ty).filter(|segment| segment.ident == "Option")?;
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else {
        return None;
    };
    match arguments.args.first() {
        Some(GenericArgument::Type(ty)) => Some(ty),
        _ => None,
    }
}

/// A type that can stand for an argument that was not given.
pub fn is_optional(ty: &Type) -> bool {
    is_value(ty) || option_argument(ty).is_some()
}

/// `Option<Value>`.
pub fn is_optional_value(ty: &Type) -> bool {
    option_argument(ty).is_some_and(is_value)
}
