//! Private names: `__x` in class `C` means `_C__x`.

use ruff_python_ast::name::Name;

/// The name that `name` stands for inside class `class` (if inside one).
pub(crate) fn mangle(class: Option<&str>, name: &str) -> Name {
    let Some(class) = class else {
        return Name::new(name);
    };
    if !name.starts_with("__") || name.ends_with("__") || name.contains('.') {
        return Name::new(name);
    }
    let class = class.trim_start_matches('_');
    if class.is_empty() {
        return Name::new(name);
    }
    Name::from(format!("_{class}{name}"))
}
