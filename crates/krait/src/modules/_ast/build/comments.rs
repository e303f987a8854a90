//! Type comments (PEP 484), with `PyCF_TYPE_COMMENTS`.

use std::collections::BTreeMap;

use krait_runtime::native::{Cx, PyResult, Value};
use krait_syntax::ast::Stmt;
use krait_syntax::{Ranged, Source, TextRange, TextSize};

use super::Build;
use crate::modules::_ast::table::Node;

/// The type comments of a source by line.
#[derive(Default)]
pub(super) struct TypeComments {
    /// Byte offset and text of `# type: ...`.
    types: BTreeMap<u32, (u32, String)>,
    /// Text behind `# type: ignore`.
    ignores: Vec<(u32, String)>,
}

impl TypeComments {
    pub fn collect(source: &Source) -> TypeComments {
        let mut found = TypeComments::default();
        for (offset, comment) in krait_syntax::comments(source.text()) {
            let Some(text) = comment[1..]
                .trim_start_matches([' ', '\t'])
                .strip_prefix("type: ")
            else {
                continue;
            };
            let text = text.trim_start_matches([' ', '\t']);
            let line = source.line_col(offset).0;
            match text.strip_prefix("ignore") {
                Some(rest)
                    if !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || !c.is_ascii()) =>
                {
                    // Alone on its line it takes the newline along, as in CPython.
                    let alone = source
                        .slice(TextRange::new(source.line_start(line), offset))
                        .trim()
                        .is_empty();
                    let tag = if alone {
                        format!("{rest}\n")
                    } else {
                        rest.to_owned()
                    };
                    found.ignores.push((line, tag));
                }
                _ => drop(found.types.insert(line, (offset.to_u32(), text.to_owned()))),
            }
        }
        found
    }

    /// The comment behind `at` on the same line.
    fn behind(&self, source: &Source, at: TextSize) -> Option<&str> {
        let (offset, text) = self.types.get(&source.line_col(at).0)?;
        (*offset >= at.to_u32()).then_some(text)
    }
}

impl Build<'_> {
    fn optional_text(&self, cx: &mut Cx, text: Option<&str>) -> Value {
        text.map_or(Value::none(), |t| cx.new_str(t))
    }

    /// `type_comment` of a statement whose header ends at `end`.
    pub(super) fn comment_on_line(&self, cx: &mut Cx, end: TextSize) -> Value {
        let text = self.comments.behind(self.source, end);
        self.optional_text(cx, text)
    }

    /// The comment of a function stands at the end of its header or alone on the next line.
    pub(super) fn function_comment(
        &self,
        cx: &mut Cx,
        header_end: TextSize,
        body: &[Stmt],
    ) -> Value {
        let first = self.source.line_col(header_end).0;
        let last = body
            .first()
            .map_or(first, |s| self.source.line_col(s.start()).0);
        let found = self.comments.types.range(first..last.max(first + 1)).next();
        let text = found
            .filter(|(_, (offset, _))| *offset >= header_end.to_u32())
            .map(|(_, (_, text))| text.as_str());
        self.optional_text(cx, text)
    }

    /// The comment of a parameter stands behind its comma.
    pub(super) fn argument_comment(&self, cx: &mut Cx, end: TextSize) -> Value {
        let text = self.comments.behind(self.source, end).filter(|_| {
            let line = self.source.line_col(end).0;
            let offset = self
                .comments
                .types
                .get(&line)
                .map_or(0, |(offset, _)| *offset as usize);
            let between = &self.source.text()[end.to_usize()..offset];
            between.trim_matches([' ', '\t', ',']).is_empty()
        });
        self.optional_text(cx, text)
    }

    pub(super) fn type_ignores(&self, cx: &mut Cx) -> PyResult<Value> {
        self.list(cx, &self.comments.ignores, |cx, (line, tag)| {
            let tag = cx.new_str(tag);
            self.classes.make(
                cx,
                Node::TypeIgnore,
                &[Value::small(i64::from(*line)), tag],
                None,
            )
        })
    }
}
