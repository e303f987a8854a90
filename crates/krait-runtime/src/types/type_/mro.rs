//! C3 linearisation. Source: "The Python 2.3 Method Resolution Order" (Simionato), and Barrett et
//! al., "A Monotonic Superclass Linearization for Dylan" (1996).

use crate::cx::Cx;
use crate::error::PyResult;
use crate::object::Gc;
use crate::types::typeobj::Type;

/// The MRO of a class with these bases, without the class itself.
pub fn linearize(cx: &mut Cx, bases: &[Gc<Type>]) -> PyResult<Vec<Gc<Type>>> {
    if let [only] = bases {
        return Ok(only.mro_types().collect());
    }
    let mut sequences: Vec<Vec<Gc<Type>>> = bases.iter().map(|b| b.mro_types().collect()).collect();
    sequences.push(bases.to_vec());
    let mut result = Vec::new();
    loop {
        sequences.retain(|s| !s.is_empty());
        if sequences.is_empty() {
            return Ok(result);
        }
        let next = sequences
            .iter()
            .map(|s| s[0])
            .find(|c| !sequences.iter().any(|s| s[1..].contains(c)));
        let Some(next) = next else {
            // The candidates of the remaining sequences, in order, without repetition.
            let mut names: Vec<String> = Vec::new();
            for s in &sequences {
                let n = s[0].name_string();
                if !names.contains(&n) {
                    names.push(n);
                }
            }
            return Err(cx.type_error(format!(
                "Cannot create a consistent method resolution order (MRO) for bases {}",
                names.join(", ")
            )));
        };
        result.push(next);
        for s in &mut sequences {
            if s[0] == next {
                s.remove(0);
            }
        }
    }
}
