//! Warnings that native code gives.

use crate::cx::{Cx, Root};
use crate::error::PyResult;
use crate::object::Gc;
use crate::types::dict::Dict;
use crate::types::typeobj::Type;
use crate::value::Value;

impl Cx {
    /// `warnings.warn(message, category)` from the running Python function's line. An error is
    /// what the filters made of it. Without the warnings machinery (early in start-up) nothing
    /// happens.
    #[cold]
    pub fn warn(&mut self, category: Gc<Type>, message: &str) -> PyResult<()> {
        let Some(modules) = Gc::<Dict>::from_value(self.root(Root::Modules)) else {
            return Ok(());
        };
        for name in ["_warnings", "warnings"] {
            let key = self.intern(name);
            let Some(module) = modules.get_str(self, key).filter(|m| !m.is_none()) else {
                continue;
            };
            if let Some(warn) = self.lookup_attr_str(module, "warn")? {
                let message: Value = self.new_str(message);
                self.call(warn, &[message, category.value()])?;
                return Ok(());
            }
        }
        Ok(())
    }

    /// `warn` with a DeprecationWarning.
    #[cold]
    pub fn warn_deprecated(&mut self, message: &str) -> PyResult<()> {
        let category = self.types().deprecation_warning;
        self.warn(category, message)
    }
}
