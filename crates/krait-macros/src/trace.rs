//! `#[derive(Trace)]`: visits every field that is not marked `#[trace(skip)]`, which no type with a `Trace` of its own
//! may be.

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};
use syn::{
    Attribute, Data, DeriveInput, Error, Field, Fields, Index, Member, Result, Type, parse_quote,
};

pub fn expand(input: &DeriveInput) -> Result<TokenStream> {
    let body = match &input.data {
        Data::Struct(data) => {
            let members = traced_members(&data.fields)?;
            quote!(#(::krait_runtime::native::Trace::trace(&self.#members, t);)*)
        }
        Data::Enum(data) => {
            let mut arms = Vec::new();
            for variant in &data.variants {
                let members = traced_members(&variant.fields)?;
                if members.is_empty() {
                    continue;
                }
                let name = &variant.ident;
                let bindings: Vec<_> = (0..members.len()).map(|i| format_ident!("f{i}")).collect();
                arms.push(quote! {
                    Self::#name { #(#members: #bindings,)* .. } => {
                        #(::krait_runtime::native::Trace::trace(#bindings, t);)*
                    }
                });
            }
            if arms.is_empty() {
                TokenStream::new()
            } else {
                quote! {
                    #[allow(unreachable_patterns)]
                    match self { #(#arms)* _ => {} }
                }
            }
        }
        Data::Union(data) => {
            return Err(Error::new_spanned(
                data.union_token,
                "a union does not know which of its fields is live",
            ));
        }
    };
    let skipped = skipped_types(&input.data)?;
    let checks = quote!(#(<#skipped as ::krait_runtime::native::NotTraced<_>>::CHECKED;)*);
    let tracer = if body.is_empty() {
        quote!(_)
    } else {
        quote!(t)
    };
    let mut generics = input.generics.clone();
    for param in generics.type_params_mut() {
        param
            .bounds
            .push(parse_quote!(::krait_runtime::native::Trace));
    }
    let (impl_generics, type_generics, where_clause) = generics.split_for_impl();
    let ident = &input.ident;
    Ok(quote! {
        // SAFETY: every field is traced, save those whose author vouches with `#[trace(skip)]` that they hold no
        // reference into the heap.
        #[automatically_derived]
        unsafe impl #impl_generics ::krait_runtime::native::Trace for #ident #type_generics #where_clause {
            fn trace(&self, #tracer: &mut ::krait_runtime::heap::Tracer<'_>) {
                #checks
                #body
            }
        }
    })
}

fn traced_members(fields: &Fields) -> Result<Vec<Member>> {
    let mut members = Vec::new();
    for (index, field) in fields.iter().enumerate() {
        if !is_skipped(field)? {
            members.push(match &field.ident {
                Some(ident) => Member::Named(ident.clone()),
                None => Member::Unnamed(Index::from(index)),
            });
        }
    }
    Ok(members)
}

/// The types of the fields that are left out.
fn skipped_types(data: &Data) -> Result<Vec<&Type>> {
    let fields: Vec<&Field> = match data {
        Data::Struct(data) => data.fields.iter().collect(),
        Data::Enum(data) => data.variants.iter().flat_map(|v| &v.fields).collect(),
        Data::Union(_) => Vec::new(),
    };
    let mut types = Vec::new();
    for field in fields {
        if is_skipped(field)? {
            types.push(&field.ty);
        }
    }
    Ok(types)
}

fn is_skipped(field: &Field) -> Result<bool> {
    let mut skipped = false;
    for attr in field.attrs.iter().filter(|attr| is_trace(attr)) {
        attr.parse_nested_meta(|meta| {
            if meta.path.is_ident("skip") {
                skipped = true;
                Ok(())
            } else {
                let path = meta.path.to_token_stream();
                Err(meta.error(format!("unknown option `{path}`: expected `skip`")))
            }
        })?;
    }
    Ok(skipped)
}

fn is_trace(attr: &Attribute) -> bool {
    attr.path().is_ident("trace")
}
