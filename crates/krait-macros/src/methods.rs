//! `#[pymethods]`: from marked functions to `NativeDef`s and their wrappers.

use proc_macro2::{Literal, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Error, Ident, LitStr, Result};

use crate::input::{
    Function, FunctionParam, ImplBlock, is_optional, is_optional_value, is_value, is_value_slice,
};
use crate::options::{Role, python_name};
use crate::signature::{Receiver, Signature};

/// Expands `#[pymethods]`. Errors are emitted beside the block and a shorter `DEFS`, so that they do not drag in others.
pub fn expand(mut block: ImplBlock) -> TokenStream {
    let functions = std::mem::take(&mut block.functions);
    let mut methods: Vec<Method> = Vec::with_capacity(functions.len());
    for function in functions {
        let made = function.into_methods().and_then(|functions| {
            let made = functions.into_iter().map(Method::new);
            made.collect::<Result<Vec<_>>>()
        });
        match made {
            Ok(made) => methods.extend(made),
            Err(error) => block.add_error(error),
        }
    }
    for error in check_names(&methods) {
        block.add_error(error);
    }
    let wrappers = methods.iter().map(Method::wrapper);
    let defs = methods
        .iter()
        .filter(|method| !method.is_setter())
        .map(|method| {
            let setter = methods.iter().find(|setter| setter.sets(method));
            method.definition(setter)
        });
    let ImplBlock {
        attrs,
        generics,
        self_type,
        items,
        error,
        ..
    } = &block;
    let (impl_generics, _, where_clause) = generics.split_for_impl();
    let cfgs = attrs.iter().filter(|attr| attr.path().is_ident("cfg"));
    let error = error.as_ref().map(Error::to_compile_error);
    quote! {
        #(#attrs)*
        impl #impl_generics #self_type #where_clause { #items }

        #(#cfgs)*
        impl #impl_generics #self_type #where_clause {
            /// The definitions that Python code sees.
            pub const DEFS: &'static [::krait_runtime::native::NativeDef] = {
                #[allow(unused_imports)]
                use ::krait_runtime::native::{DefKind, NativeDef, Params};
                &[#(#defs),*]
            };
            #(#wrappers)*
        }
        #error
    }
}

/// A function whose options, signature and Rust parameters agree.
struct Method {
    function: Function,
    name: String,
    /// As shown by `__text_signature__`.
    text: String,
    signature: Signature,
}

impl Method {
    fn new(function: Function) -> Result<Self> {
        let name = function.options.python_name(&function.ident);
        let (text, span) = match &function.options.sig {
            Some(sig) => (sig.value(), sig.span()),
            None => (derive_text(&function)?, function.ident.span()),
        };
        let signature = Signature::parse(&text)
            .map_err(|error| Error::new(span, format!("in signature of `{name}`: {error}")))?;
        let method = Self {
            function,
            name,
            text,
            signature,
        };
        method.check_receiver(span)?;
        method.check_params(span)?;
        Ok(method)
    }

    fn check_receiver(&self, span: Span) -> Result<()> {
        let receiver = self.signature.receiver;
        let message = match self.function.options.role {
            Role::Callable if receiver == Some(Receiver::Type) => {
                "`$type` needs `classmethod` or `new`"
            }
            Role::ClassMethod | Role::New if receiver != Some(Receiver::Type) => {
                "the signature must start with `$type`"
            }
            Role::StaticMethod if receiver.is_some() => {
                "a static method's signature has no `$` marker"
            }
            Role::Getter | Role::Setter(_) if receiver != Some(Receiver::Instance) => {
                "the first parameter must be the receiver"
            }
            _ => return Ok(()),
        };
        Err(Error::new(span, message))
    }

    /// Compares the Rust parameters with the layout that the signature asks for.
    fn check_params(&self, span: Span) -> Result<()> {
        let (signature, params) = (&self.signature, &self.function.params);
        let layout = self.layout();
        if layout.len() != params.len() {
            return Err(Error::new(
                span,
                format!(
                    "the signature of `{}` asks for {} Rust parameters ({}), the function takes {}",
                    self.name,
                    layout.len(),
                    layout.join(", "),
                    params.len(),
                ),
            ));
        }
        let mut rest = params.iter();
        if signature.passes_receiver() {
            rest.next();
        }
        for (param, rust) in signature.params.iter().zip(rest.by_ref()) {
            check_named(&param.name, param.has_default, rust)?;
        }
        // The lengths agree, so what is left are `**kwargs` and `*args`, as far as the signature has them.
        let stars = [&signature.varkw, &signature.varargs];
        for (name, rust) in stars.into_iter().flatten().zip(rest) {
            let is_varargs = signature.varargs.as_ref() == Some(name);
            check_starred(name, is_varargs, rust)?;
        }
        Ok(())
    }

    /// Names of the native function's arguments in order: receiver, positional, keyword-only, `**kwargs`, `*args`.
    fn layout(&self) -> Vec<&str> {
        let signature = &self.signature;
        let receiver = match signature.receiver {
            Some(Receiver::Instance) => Some("self"),
            Some(Receiver::Type) => Some("type"),
            _ => None,
        };
        let named = signature.params.iter().map(|param| param.name.as_str());
        receiver
            .into_iter()
            .chain(named)
            .chain(signature.varkw.as_deref())
            .chain(signature.varargs.as_deref())
            .collect()
    }

    fn is_setter(&self) -> bool {
        matches!(self.function.options.role, Role::Setter(_))
    }

    fn is_getter(&self) -> bool {
        matches!(self.function.options.role, Role::Getter)
    }

    /// Whether `self` is the setter that belongs to the getter `getter`.
    fn sets(&self, getter: &Self) -> bool {
        self.is_setter()
            && getter.is_getter()
            && self.name == getter.name
            && self.cfg_text() == getter.cfg_text()
    }

    fn cfg_text(&self) -> String {
        let cfgs = self.function.cfgs();
        cfgs.map(|cfg| cfg.to_token_stream().to_string()).collect()
    }

    fn wrapper_ident(&self) -> Ident {
        let ident = &self.function.ident;
        match &self.function.comparison {
            Some(op) => format_ident!("__py_{}_{op}", ident.unraw(), span = ident.span()),
            None => format_ident!("__py_{}", ident.unraw(), span = ident.span()),
        }
    }

    /// The function of type `NativeFn`: takes the arguments apart, converts them, calls, converts the result.
    fn wrapper(&self) -> TokenStream {
        let Function {
            ident,
            takes_cx,
            params,
            ..
        } = &self.function;
        let layout = self.layout();
        let names: Vec<_> = (0..params.len()).map(|i| format_ident!("p{i}")).collect();
        let fixed_len = params.len() - usize::from(self.signature.varargs.is_some());
        let (fixed, tail) = names.split_at(fixed_len);
        let tail = tail.iter().map(|name| quote!(ref #name @ ..));
        let first_index = usize::from(!self.signature.passes_receiver());
        let conversions = fixed
            .iter()
            .zip(params)
            .zip(&layout)
            .enumerate()
            .filter(|(_, ((_, param), _))| !is_value(&param.ty))
            .map(|(i, ((name, param), python))| {
                self.conversion(name, param, first_index + i, python)
            });
        let wrapper = self.wrapper_ident();
        let cfgs = self.function.cfgs();
        let cx = takes_cx.then(|| quote!(cx,));
        let op = self.function.comparison.iter();
        quote! {
            #(#cfgs)*
            #[doc(hidden)]
            #[allow(non_snake_case)]
            fn #wrapper(
                cx: &mut ::krait_runtime::native::Cx,
                args: &[::krait_runtime::native::Value],
            ) -> ::krait_runtime::native::PyResult<::krait_runtime::native::Value> {
                let &[#(#fixed,)* #(#tail)*] = args else { ::krait_runtime::native::bad_arity() };
                #(#conversions)*
                ::krait_runtime::native::IntoPy::into_py(
                    Self::#ident(#cx #(#names,)* #(::krait_runtime::native::CompareOp::#op)*),
                    cx,
                )
            }
        }
    }

    /// `index` counts from 1 after the receiver, which is 0 itself.
    fn conversion(
        &self,
        name: &Ident,
        param: &FunctionParam,
        index: usize,
        python: &str,
    ) -> TokenStream {
        let (func, ty) = (&self.name, &param.ty);
        let index = Literal::usize_unsuffixed(index);
        // The type's span, so that a missing `FromArg` is reported at the parameter.
        quote_spanned! {ty.span()=>
            let #name = <#ty as ::krait_runtime::native::FromArg>::from_arg(
                cx,
                #name,
                ::krait_runtime::native::ArgSite { func: #func, index: #index, param: #python },
            )?;
        }
    }

    /// Whether this is a `__new__` that takes any arguments and looks at none: their names begin with `_`.
    fn ignores_arguments(&self) -> bool {
        let Self {
            function,
            signature,
            ..
        } = self;
        let unused = |param: &FunctionParam| {
            let ident = param.ident.as_ref();
            ident.is_some_and(|ident| ident.to_string().starts_with('_'))
        };
        matches!(function.options.role, Role::New)
            && signature.params.is_empty()
            && signature.varargs.is_some()
            && signature.varkw.is_some()
            && function.params.iter().skip(1).all(unused)
    }

    /// The entry of `DEFS`.
    fn definition(&self, setter: Option<&Self>) -> TokenStream {
        let Self {
            function,
            name,
            text,
            signature,
        } = self;
        let wrapper = self.wrapper_ident();
        let kind = match function.options.role {
            Role::ClassMethod => quote!(DefKind::ClassMethod),
            Role::StaticMethod => quote!(DefKind::StaticMethod),
            Role::New => quote!(DefKind::New),
            Role::Getter => {
                let setter = option(setter.map(|setter| {
                    let setter = setter.wrapper_ident();
                    quote!(Self::#setter)
                }));
                let member = function.options.member;
                quote!(DefKind::Getter { setter: #setter, member: #member })
            }
            Role::Callable if signature.passes_receiver() => quote!(DefKind::Method),
            // A `Compare` became six methods.
            Role::Callable | Role::Setter(_) | Role::Compare => quote!(DefKind::Function),
        };
        let hidden = function.options.hide_sig || self.is_getter();
        let shown = function
            .options
            .shown
            .as_ref()
            .map_or_else(|| text.clone(), LitStr::value);
        let sig = option((!hidden).then(|| shown.to_token_stream()));
        let doc = option(
            function
                .options
                .python_doc(&function.attrs)
                .map(ToTokens::into_token_stream),
        );
        let params = params_tokens(signature);
        let cfgs = function.cfgs();
        let at_once = function.options.at_once.as_ref();
        let at_once =
            at_once.map(|variant| quote!(.at_once(::krait_runtime::native::AtOnce::#variant)));
        let ignoring = self.ignores_arguments().then(|| quote!(.ignoring()));
        quote! {
            #(#cfgs)*
            NativeDef::new(#name, #sig, #doc, Self::#wrapper, #params, #kind) #at_once #ignoring
        }
    }
}

fn check_named(name: &str, has_default: bool, rust: &FunctionParam) -> Result<()> {
    let message = if is_value_slice(&rust.ty) {
        format!("`{name}` is not the `*args` of the signature")
    } else if has_default && !is_optional(&rust.ty) {
        format!("`{name}` has a default: its type must be `Option<T>` or `Value`")
    } else {
        return Ok(());
    };
    Err(Error::new(rust.ty.span(), message))
}

fn check_starred(name: &str, is_varargs: bool, rust: &FunctionParam) -> Result<()> {
    let message = match is_varargs {
        true if !is_value_slice(&rust.ty) => format!("`*{name}` must be `&[Value]`"),
        false if !is_optional(&rust.ty) => format!("`**{name}` must be `Option<T>` or `Value`"),
        _ => return Ok(()),
    };
    Err(Error::new(rust.ty.span(), message))
}

fn params_tokens(signature: &Signature) -> TokenStream {
    let names = signature.params.iter().map(|param| &param.name);
    // `Signature::parse` has checked that the counts fit.
    let [posonly, positional, required, kwonly] = [
        signature.posonly,
        signature.positional,
        signature.required(),
        signature.params.len() - signature.positional,
    ]
    .map(|count| count as u8);
    let kwonly_required = signature.keyword_only_required();
    let varargs = signature.varargs.is_some();
    let varkw = signature.varkw.is_some();
    quote! {
        Params {
            names: &[#(#names),*],
            posonly: #posonly,
            positional: #positional,
            required: #required,
            kwonly: #kwonly,
            kwonly_required: #kwonly_required,
            varargs: #varargs,
            varkw: #varkw,
        }
    }
}

fn option(value: Option<TokenStream>) -> TokenStream {
    match value {
        Some(value) => quote!(Some(#value)),
        None => quote!(None),
    }
}

/// The signature of a function that does not write one: every parameter required and positional-only.
///
/// The first parameter is the receiver when it is called `this`, or by role; a last `&[Value]` is `*args`. As in
/// CPython, a plain function's text has the `$module` marker.
fn derive_text(function: &Function) -> Result<String> {
    let params = function.params.as_slice();
    let role = &function.options.role;
    if let Role::Setter(_) = role {
        return derive_setter(function);
    }
    let (receiver, params) = match (role, params.split_first()) {
        (Role::ClassMethod | Role::New, Some((_, rest))) => (Some("$type"), rest),
        (Role::Getter, Some((_, rest))) => (Some("$self"), rest),
        (Role::Callable, Some((first, rest))) if first.is_this() => (Some("$self"), rest),
        (Role::Callable, _) => (Some("$module"), params),
        _ => (None, params),
    };
    if let (Role::Getter, Some(extra)) = (role, params.first()) {
        return Err(Error::new(
            extra.ty.span(),
            "a getter takes the receiver only",
        ));
    }
    let (varargs, params) = match params.split_last() {
        Some((last, rest)) if is_value_slice(&last.ty) => (Some(last), rest),
        _ => (None, params),
    };
    let mut entries: Vec<String> = receiver.map(str::to_owned).into_iter().collect();
    for param in params {
        entries.push(derived_name(param)?);
    }
    if !entries.is_empty() {
        entries.push("/".to_owned());
    }
    if let Some(param) = varargs {
        entries.push(format!("*{}", derived_name(param)?));
    }
    Ok(format!("({})", entries.join(", ")))
}

fn derive_setter(function: &Function) -> Result<String> {
    match function.params.as_slice() {
        [_, value] if is_optional_value(&value.ty) => Ok("($self, value=None, /)".to_owned()),
        _ => Err(Error::new(
            function.ident.span(),
            "a setter takes the receiver and an `Option<Value>` (`None` to delete)",
        )),
    }
}

/// The Python name of a parameter: unused ones may start with `_` in Rust.
fn derived_name(param: &FunctionParam) -> Result<String> {
    let ident = param.ident.as_ref().ok_or_else(|| {
        let message = "a parameter without a name: write the signature with `sig = \"...\"`";
        Error::new(param.ty.span(), message)
    })?;
    let name = python_name(ident);
    Ok(name
        .strip_prefix('_')
        .filter(|rest| !rest.is_empty())
        .map_or_else(|| name.clone(), str::to_owned))
}

/// Two definitions of one name, and setters without a getter.
fn check_names(methods: &[Method]) -> Vec<Error> {
    let mut errors = Vec::new();
    for (index, method) in methods.iter().enumerate() {
        let twin = |other: &Method| {
            other.name == method.name
                && other.is_setter() == method.is_setter()
                && other.cfg_text() == method.cfg_text()
        };
        if methods[..index].iter().any(twin) {
            let message = format!("`{}` is defined twice", method.name);
            errors.push(Error::new(method.function.ident.span(), message));
        }
        if let Role::Setter(name) = &method.function.options.role
            && !methods.iter().any(|getter| method.sets(getter))
        {
            errors.push(orphan_setter(name));
        }
    }
    errors
}

fn orphan_setter(name: &LitStr) -> Error {
    let message = format!(
        "no getter `{}` in this block under the same `#[cfg]`",
        name.value()
    );
    Error::new(name.span(), message)
}

#[cfg(test)]
mod tests;
