//! The history as an SVG picture. Ratios stand on a logarithmic scale, 1 is a line of its own.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::{Measurement, Ratios, means};

const WIDTH: f64 = 960.0;
const COLUMNS: usize = 5;

/// A rectangle of the picture in which lines are drawn.
struct Plot {
    x: f64,
    y: f64,
    width: f64,
    height: f64,
    /// Measurements from left to right.
    count: usize,
    low: f64,
    high: f64,
}

impl Plot {
    fn place(&self, index: usize, ratio: f64) -> (f64, f64) {
        let across = if self.count > 1 {
            index as f64 / (self.count - 1) as f64
        } else {
            0.5
        };
        let up = (ratio / self.low).ln() / (self.high / self.low).ln();
        (
            self.x + across * self.width,
            self.y + (1.0 - up) * self.height,
        )
    }

    fn rule(&self, svg: &mut String, ratio: f64, stroke: &str) {
        let y = self.place(0, ratio).1;
        let (left, right) = (self.x, self.x + self.width);
        let _ = writeln!(
            svg,
            r#"<line x1="{left:.0}" y1="{y:.1}" x2="{right:.0}" y2="{y:.1}" stroke="{stroke}"/>"#
        );
    }

    fn line(&self, svg: &mut String, colour: &str, values: impl Iterator<Item = (usize, f64)>) {
        let places: Vec<(f64, f64)> = values.map(|(i, ratio)| self.place(i, ratio)).collect();
        let mut points = String::new();
        for (x, y) in &places {
            let _ = write!(points, "{x:.1},{y:.1} ");
            let _ = writeln!(
                svg,
                r#"<circle cx="{x:.1}" cy="{y:.1}" r="2.5" fill="{colour}"/>"#
            );
        }
        let _ = writeln!(
            svg,
            r#"<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="1.5"/>"#
        );
    }
}

fn text(svg: &mut String, x: f64, y: f64, anchor: &str, words: &str) {
    let _ = writeln!(
        svg,
        r#"<text x="{x:.0}" y="{y:.0}" text-anchor="{anchor}">{words}</text>"#
    );
}

/// Bounds that hold all `values` and 1.
fn bounds(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let (mut low, mut high) = (0.9_f64, 1.1_f64);
    for value in values {
        low = low.min(value);
        high = high.max(value);
    }
    (low * 0.9, high * 1.1)
}

pub fn draw(history: &[Measurement]) -> String {
    let programs: BTreeSet<&String> = history.iter().flat_map(|m| m.programs.keys()).collect();
    let rows = programs.len().div_ceil(COLUMNS);
    let height = 300.0 + rows as f64 * 110.0;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" \
         font-family=\"sans-serif\" font-size=\"11\">\n<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n"
    );
    draw_means(&mut svg, history);
    for (i, program) in programs.into_iter().enumerate() {
        draw_program(&mut svg, history, program, i);
    }
    svg.push_str("</svg>\n");
    svg
}

/// Geometric means of all three figures, with the commits below.
fn draw_means(svg: &mut String, history: &[Measurement]) {
    let means = means(history);
    let (low, high) = bounds(means.iter().flat_map(|m| [m.time, m.first, m.memory]));
    let plot = Plot {
        x: 50.0,
        y: 30.0,
        width: WIDTH - 200.0,
        height: 190.0,
        count: history.len(),
        low,
        high,
    };
    text(
        svg,
        plot.x,
        18.0,
        "start",
        "Geometric mean, relative to CPython 3.14 (below 1 is better)",
    );
    for ratio in [0.25, 0.5, 1.0, 2.0, 4.0] {
        if (low..high).contains(&ratio) {
            plot.rule(svg, ratio, if ratio == 1.0 { "black" } else { "#ccc" });
            text(
                svg,
                plot.x - 8.0,
                plot.place(0, ratio).1 + 4.0,
                "end",
                &ratio.to_string(),
            );
        }
    }
    let figures: [(&str, &str, fn(&Ratios) -> f64); 3] = [
        ("time", "#1f5fbf", |r| r.time),
        ("first iteration", "#2a9d4a", |r| r.first),
        ("peak memory", "#c2452d", |r| r.memory),
    ];
    for (name, colour, part) in figures {
        plot.line(svg, colour, means.iter().map(part).enumerate());
        if let Some(last) = means.last() {
            let (x, y) = plot.place(history.len() - 1, part(last));
            text(
                svg,
                x + 10.0,
                y + 4.0,
                "start",
                &format!("{name} {:.2}", part(last)),
            );
        }
    }
    for (i, measurement) in history.iter().enumerate() {
        let commit: String = measurement.commit.chars().take(7).collect();
        text(svg, plot.place(i, 1.0).0, 240.0, "middle", &commit);
    }
}

/// The time of one program, in its cell of the grid.
fn draw_program(svg: &mut String, history: &[Measurement], program: &str, index: usize) {
    let times = || {
        let all = history.iter().enumerate();
        all.filter_map(|(i, m)| Some((i, m.programs.get(program)?.time)))
    };
    let (low, high) = bounds(times().map(|(_, time)| time));
    let cell = WIDTH / COLUMNS as f64;
    let (column, row) = (index % COLUMNS, index / COLUMNS);
    let plot = Plot {
        x: column as f64 * cell + 15.0,
        y: 285.0 + row as f64 * 110.0,
        width: cell - 30.0,
        height: 70.0,
        count: history.len(),
        low,
        high,
    };
    let last = times().next_back().map_or(0.0, |(_, time)| time);
    text(
        svg,
        plot.x,
        plot.y - 5.0,
        "start",
        &format!("{program} {last:.2}"),
    );
    plot.rule(svg, 1.0, "#999");
    plot.line(svg, "#1f5fbf", times());
}
