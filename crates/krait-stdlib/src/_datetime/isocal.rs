//! The result of `date.isocalendar()`.

use krait_runtime::types::tuple;

use crate::prelude::*;

pub static SPEC: TypeSpec = TypeSpec {
    name: "IsoCalendarDate",
    module: "datetime",
    doc: Some(
        "The result of date.isocalendar() or datetime.isocalendar()\n\nThis object may be accessed either as a tuple of\n  ((year, week, weekday))\nor via the object attributes as named in the above tuple.",
    ),
    base: Some(&tuple::SPEC),
    layout: Layout::variable::<Tuple>(),
    flags: flags::TUPLE_SUBCLASS,
    defs: &[Methods::DEFS],
    ..TypeSpec::DEFAULT
};

pub fn new(cx: &mut Cx, (year, week, weekday): (i64, i64, i64)) -> PyResult<Value> {
    let class = cx.native_type(&SPEC)?;
    let t = Tuple::alloc(cx, class, 3)?;
    for (i, n) in [year, week, weekday].into_iter().enumerate() {
        t.init(cx, i, Value::small(n));
    }
    Ok(t.value())
}

type This = Gc<Tuple>;

struct Methods;

#[pymethods]
impl Methods {
    #[py(new, sig = "($type, /, year, week, weekday)", hide_sig)]
    fn __new__(cx: &mut Cx, _class: Value, year: i32, week: i32, weekday: i32) -> PyResult<Value> {
        new(cx, (year.into(), week.into(), weekday.into()))
    }
    #[py]
    fn __repr__(cx: &mut Cx, this: This) -> String {
        format!(
            "{}(year={:?}, week={:?}, weekday={:?})",
            cx.type_name(this.value()),
            this.get(0),
            this.get(1),
            this.get(2)
        )
    }
    #[py(sig = "($self, /)")]
    fn __reduce__(cx: &mut Cx, this: This) -> Value {
        let plain = cx.new_tuple(this.as_slice());
        let args = cx.new_tuple(&[plain]);
        let class = cx.types().tuple.value();
        cx.new_tuple(&[class, args])
    }
    #[py(getter)]
    fn year(this: This) -> Value {
        this.get(0)
    }
    #[py(getter)]
    fn week(this: This) -> Value {
        this.get(1)
    }
    #[py(getter)]
    fn weekday(this: This) -> Value {
        this.get(2)
    }
}
