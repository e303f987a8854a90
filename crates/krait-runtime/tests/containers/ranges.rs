use crate::{error, int, repr, run};
use krait_runtime::cx::Cx;
use krait_runtime::error::PyResult;
use krait_runtime::object::Gc;
use krait_runtime::special::Special;
use krait_runtime::types::range::Range;
use krait_runtime::value::Value;

fn range(cx: &mut Cx, start: Value, stop: Value, step: i64) -> PyResult<Gc<Range>> {
    cx.new_range(start, stop, int(step))
}

fn power_of_two(cx: &mut Cx, n: i64) -> PyResult<Value> {
    cx.binary(Special::LShift, int(1), int(n))
}

#[test]
fn small_ranges() {
    run(|cx| {
        let r = range(cx, int(10), int(0), -3)?;
        let items = cx.collect(r.value())?;
        assert_eq!(items.as_slice(), [int(10), int(7), int(4), int(1)]);
        assert_eq!(cx.len(r.value())?, 4);
        let s = cx.new_slice(int(1), int(3), Value::none());
        let part = cx.get_item(r.value(), s)?;
        assert_eq!(repr(cx, part), "range(7, 1, -3)");
        assert!(cx.contains(r.value(), int(4))? && !cx.contains(r.value(), int(5))?);
        let one = cx.new_float(1.0);
        assert!(cx.contains(r.value(), one)?);
        let bad = cx.get_item(r.value(), int(4));
        assert_eq!(
            error(cx, bad),
            "IndexError: range object index out of range"
        );
        let back = cx.call_method_str(r.value(), "__reversed__", &[])?;
        let items = cx.collect(back)?;
        assert_eq!(items.as_slice(), [int(1), int(4), int(7), int(10)]);
        Ok(())
    });
}

#[test]
fn hashes_are_the_known_ones() {
    run(|cx| {
        let cases = [
            ((0, 0, 1), 2_676_694_398_852_732_306),
            ((0, 5, 1), 5_795_932_985_296_280_846),
            ((1, 10, 3), -9_160_968_616_009_628_824),
            ((3, 4, 7), 3_985_224_588_053_030_672),
        ];
        for ((start, stop, step), expected) in cases {
            let r = range(cx, int(start), int(stop), step)?;
            assert_eq!(cx.hash(r.value())?, expected);
        }
        let s = cx.new_slice(int(1), int(2), Value::none());
        assert_eq!(cx.hash(s)?, -2_178_470_213_028_018_262);
        Ok(())
    });
}

#[test]
fn huge_ranges() {
    run(|cx| {
        let big = power_of_two(cx, 70)?;
        let half = power_of_two(cx, 69)?;
        let r = range(cx, int(0), big, 1)?;
        let item = cx.get_item(r.value(), half)?;
        assert!(cx.eq(item, half)?);
        assert!(cx.contains(r.value(), half)? && !cx.contains(r.value(), big)?);
        let len = cx.len(r.value());
        assert_eq!(
            error(cx, len),
            "OverflowError: Python int too large to convert to C ssize_t"
        );
        let it = cx.iter(r.value())?;
        assert_eq!((cx.next(it)?, cx.next(it)?), (Some(int(0)), Some(int(1))));
        let state = cx.call_method_str(it, "__length_hint__", &[])?;
        assert_eq!(repr(cx, state), "1180591620717411303422");
        let start = cx.binary(Special::Sub, big, int(2))?;
        let short = range(cx, start, big, 1)?;
        let items = cx.collect(short.value())?;
        assert_eq!(items.len(), 2);
        let s = cx.new_slice(Value::none(), Value::none(), int(-1));
        let indices = cx.call_method_str(s, "indices", &[big])?;
        assert_eq!(repr(cx, indices), "(1180591620717411303423, -1, -1)");
        Ok(())
    });
}
