//! The `krait` command.

mod environment;
mod help;
mod options;

use std::ffi::OsString;
use std::io::Write;

use krait::{Config, Interpreter, Outcome};
use options::{Program, Request, UsageError};

#[global_allocator]
static ALLOCATOR: krait::runtime::heap::Allocator = krait::runtime::heap::Allocator;

#[expect(
    clippy::disallowed_methods,
    reason = "everything is finished by now; the code may be above 255"
)]
fn main() {
    std::process::exit(run());
}

fn run() -> i32 {
    krait::runtime::heap::Allocator::set_aside();
    let words: Vec<OsString> = std::env::args_os().collect();
    let config = Config {
        orig_argv: words.clone(),
        executable: std::env::current_exe().map_or_else(|_| OsString::new(), OsString::from),
        no_user_site: false,
        no_site: false,
        ignore_environment: false,
        isolated: false,
        safe_path: false,
        install_signal_handlers: true,
        ..Config::default()
    };
    match options::parse(words.into_iter().skip(1), config) {
        Ok(Request::Run(config, program)) => run_program(*config, program),
        Ok(Request::Help) => print(&[help::USAGE, "\n", help::OPTIONS]),
        Ok(Request::HelpEnvironment) => print(&[help::ENVIRONMENT]),
        Ok(Request::HelpXOptions) => print(&[help::X_OPTIONS]),
        Ok(Request::HelpAll) => print(&[
            help::USAGE,
            "\n",
            help::OPTIONS,
            "\n",
            help::ENVIRONMENT,
            "\n",
            help::X_OPTIONS,
        ]),
        Ok(Request::Version(details)) => {
            let (major, minor, micro) = krait::PYTHON_VERSION;
            let short = format!("{major}.{minor}.{micro}");
            let text = if details {
                krait::version_text()
            } else {
                short
            };
            print(&["Python ", &text, "\n"])
        }
        Err(UsageError(message)) => {
            eprint!(
                "{message}\n{}\nTry `krait -h' for more information.\n",
                help::USAGE
            );
            2
        }
    }
}

fn print(parts: &[&str]) -> i32 {
    let mut out = std::io::stdout();
    match parts
        .iter()
        .try_for_each(|p| out.write_all(p.as_bytes()))
        .and_then(|()| out.flush())
    {
        Ok(()) => 0,
        Err(_) => 1,
    }
}

fn is_terminal(fd: i32) -> bool {
    // SAFETY: asks about a descriptor, open or not.
    unsafe { libc::isatty(fd) == 1 }
}

fn run_program(mut config: Config, program: Program) -> i32 {
    if let Err(message) = environment::apply(&mut config) {
        eprintln!("Fatal Python error: {message}\nPython runtime state: preinitialized\n");
        return 1;
    }
    let inspect = config.inspect;
    let interactive = matches!(program, Program::Stdin) && (config.interactive || is_terminal(0));
    let quiet = config.quiet;
    let mut python = match Interpreter::new(config) {
        Ok(p) => p,
        Err(message) => {
            eprintln!("Fatal Python error: {message}");
            return 1;
        }
    };
    if interactive && !quiet {
        eprintln!(
            "Python {} on {}",
            krait::version_text(),
            std::env::consts::OS
        );
        eprintln!("Type \"help\", \"copyright\", \"credits\" or \"license\" for more information.");
    }
    let mut outcome = match program {
        Program::Command(source) => python.run_command(&source),
        Program::Module(name) => python.run_module(&name),
        Program::File(path) => python.run_file(&path),
        Program::Stdin => python.run_stdin(interactive),
    };
    if inspect && !interactive {
        outcome = python.run_stdin(true);
    }
    end(python.finish(), outcome)
}

/// The exit code; dies of SIGINT where the program did.
fn end(written: bool, outcome: Outcome) -> i32 {
    match outcome {
        Outcome::Interrupted => {
            // SAFETY: restores the default action, then asks for the signal.
            unsafe {
                libc::signal(libc::SIGINT, libc::SIG_DFL);
                libc::kill(libc::getpid(), libc::SIGINT);
            }
            130
        }
        Outcome::Exit(0) if !written => 120,
        Outcome::Exit(code) => code,
    }
}
