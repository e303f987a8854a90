//! `itertools`: building blocks of iterators.
//!
//! State that changes is in slots and atomics: two threads that share an iterator may see an item twice or miss one,
//! nothing worse.

mod combinatoric;
mod combine;
mod group;
mod infinite;
mod select;
mod tee;

use krait_runtime::native::NativeDef;

use crate::prelude::*;

pub static MODULE: ModuleDef = ModuleDef {
    name: "itertools",
    doc: Some(
        "Functional tools for creating and using iterators.\n\n\
         Infinite iterators: count, cycle, repeat.\n\
         Iterators that end with the shortest input: accumulate, batched, chain, compress, dropwhile, groupby,\n\
         filterfalse, islice, pairwise, starmap, tee, takewhile, zip_longest.\n\
         Combinatoric generators: product, permutations, combinations, combinations_with_replacement.",
    ),
    functions: &[tee::Functions::DEFS],
    types: &[
        &combine::ACCUMULATE,
        &combine::BATCHED,
        &combinatoric::COMBINATIONS,
        &combinatoric::WITH_REPLACEMENT,
        &infinite::CYCLE,
        &select::DROPWHILE,
        &select::TAKEWHILE,
        &select::ISLICE,
        &combine::STARMAP,
        &combine::CHAIN,
        &select::COMPRESS,
        &select::FILTERFALSE,
        &infinite::COUNT,
        &combine::PAIRWISE,
        &combinatoric::PERMUTATIONS,
        &combinatoric::PRODUCT,
        &infinite::REPEAT,
        &group::GROUPBY,
        &group::GROUPER,
        &combine::ZIP_LONGEST,
        &tee::TEE,
        &tee::TEE_DATA,
    ],
    ..ModuleDef::DEFAULT
};

/// The specification of an iterator type of this module.
const fn iterator<T: Native>(
    name: &'static str,
    doc: &'static str,
    defs: &'static [&'static [NativeDef]],
) -> TypeSpec {
    TypeSpec {
        name,
        module: "itertools",
        doc: Some(doc),
        layout: Layout::native::<T>(),
        flags: flags::BASETYPE,
        defs,
        ..TypeSpec::DEFAULT
    }
}
