//! The `krait` command.

#![cfg_attr(not(test), no_main)]

mod environment;
mod help;
mod options;

use std::ffi::OsString;
use std::io::Write;

use krait::{Config, Interpreter, Outcome};
use options::{Program, Request, UsageError};

#[global_allocator]
static ALLOCATOR: krait::runtime::heap::Allocator = krait::runtime::heap::Allocator;

/// The entry point of the C library. Rust's own would open the null device in place of a standard stream
/// that is closed, which a program must be able to see.
#[cfg_attr(not(test), unsafe(export_name = "main"))]
#[cfg_attr(
    test,
    allow(dead_code, reason = "tests have an entry point of their own")
)]
#[expect(
    clippy::disallowed_methods,
    reason = "everything is finished by now; the code may be above 255"
)]
extern "C" fn entry() -> i32 {
    // Unwinding must not leave this function; what it was has been printed.
    let code = std::panic::catch_unwind(run).unwrap_or(101);
    std::process::exit(code)
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
        Ok(Request::UndecodableCommand(command)) => {
            eprintln!("{}", undecodable(&command));
            1
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

/// What is wrong with a command that is no UTF-8: the first bytes that are none, as they are decoded elsewhere.
fn undecodable(command: &std::ffi::OsStr) -> String {
    use std::os::unix::ffi::OsStrExt;
    let mut position = 0;
    let mut bad: Vec<u8> = Vec::new();
    for chunk in command.as_bytes().utf8_chunks() {
        if !bad.is_empty() && !chunk.valid().is_empty() {
            break;
        }
        position += chunk.valid().chars().count();
        bad.extend_from_slice(chunk.invalid());
    }
    let what = match bad.as_slice() {
        [one] => format!("character '\\udc{one:02x}' in position {position}"),
        _ => format!(
            "characters in position {position}-{}",
            position + bad.len().saturating_sub(1)
        ),
    };
    format!(
        "Unable to decode the command from the command line:\n\
         UnicodeEncodeError: 'utf-8' codec can't encode {what}: surrogates not allowed"
    )
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
