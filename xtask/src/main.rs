//! The project's own chores: `cargo xtask COMMAND`.

mod conformance;
mod differ;
mod files;
mod history;
mod layering;
mod opcodes;
mod text_order;
mod tidy;
mod tools;

use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask COMMAND

  tidy          rules that neither rustc nor clippy knows
  layering      which crate may depend on which
  opcodes       our instruction counts beside CPython's
  goldens       write all expected bytecode anew; read the difference before you commit it
  programs      run tests/ under stress: [--every N] [--verify] [--sample N] [WORDS...]
  conformance   CPython's own tests: --runner RUN.PY --tests LIB/test [--tier N] [--krait COMMAND]
                [--admit REASON] [more options of the runner] [MODULES...]; fails on a regression,
                takes what passes out of conformance/expected.toml. --plain: without test modules
  differ        random programs under Krait and CPython: --oracle PYTHON [--seed N] [--from N]
                [--count N] [--limit N] [--krait BINARY]; --print: only print the programs
  text-order    the order of machine code, by what these executables run under valgrind: KRAIT...
  bench         a benchmark driver: --driver RUN.PY [options of the driver]
  history       draws benches/history.csv: [--output FILE.SVG]; --add RESULTS.JSON [--interpreter NAME]
                [--commit NAME] appends what the benchmark driver measured
";

/// What a chore ends with: a message for the person who ran it.
type Outcome = Result<(), String>;

fn main() -> ExitCode {
    let mut words = std::env::args().skip(1);
    let command = words.next().unwrap_or_default();
    let rest: Vec<String> = words.collect();
    let outcome = match command.as_str() {
        "tidy" => tidy::run(),
        "layering" => layering::run(),
        "opcodes" => opcodes::run(),
        "goldens" => tools::goldens(),
        "programs" => tools::programs(&rest),
        "conformance" => conformance::run(&rest),
        "differ" => differ::run(&rest),
        "text-order" => text_order::run(&rest),
        "bench" => tools::bench(&rest),
        "history" => history::run(&rest),
        _ => Err(USAGE.to_owned()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{}", message.trim_end());
            ExitCode::FAILURE
        }
    }
}
