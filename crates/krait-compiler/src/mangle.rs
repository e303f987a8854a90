//! Private names: `__x` in class `C` means `_C__x`.

use ruff_python_ast::name::Name;

/// The class whose private names a scope means.
#[derive(Clone, Debug)]
pub struct Private {
    /// Its name.
    pub class: Name,
    /// In the scope of the class's type parameters only their names are private.
    pub only: Option<Vec<Name>>,
}

/// The name that `name` stands for in a scope with these private names.
pub(crate) fn mangle(private: Option<&Private>, name: &str) -> Name {
    let Some(Private { class, only }) = private else {
        return Name::new(name);
    };
    if only
        .as_ref()
        .is_some_and(|only| !only.iter().any(|n| n == name))
    {
        return Name::new(name);
    }
    if !name.starts_with("__") || name.ends_with("__") || name.contains('.') {
        return Name::new(name);
    }
    let class = class.trim_start_matches('_');
    if class.is_empty() {
        return Name::new(name);
    }
    Name::from(format!("_{class}{name}"))
}
