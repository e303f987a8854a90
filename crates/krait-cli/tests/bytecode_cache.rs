//! A damaged file in `__pycache__` is as good as none: the module is compiled again and the file
//! written anew, whatever the damage.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const MODULE: &str = "\
def squares(n):
    try:
        return [i * i for i in range(n)]
    finally:
        print('squares', n)

print(squares(4), 'text', 2.5, 10 ** 30, b'bytes')
";
const PRINTED: &str = "squares 4\n[0, 1, 4, 9] text 2.5 1000000000000000000000000000000 b'bytes'\n";

/// A folder that is removed with its owner.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Folder {
        let name = format!("krait-bytecode-cache-{}", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).expect("a temporary folder can be made");
        Folder(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // Left behind at worst: the folder is a temporary one.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Imports the module in `folder`, and requires what it prints.
fn import(folder: &Path) {
    let done = Command::new(env!("CARGO_BIN_EXE_krait"))
        .args(["-c", "import module"])
        .current_dir(folder)
        .env_remove("PYTHONDONTWRITEBYTECODE")
        .env_remove("PYTHONPYCACHEPREFIX")
        .output()
        .expect("krait runs");
    let errors = String::from_utf8_lossy(&done.stderr);
    assert_eq!(String::from_utf8_lossy(&done.stdout), PRINTED, "{errors}");
    assert!(done.status.success() && errors.is_empty(), "{errors}");
}

#[test]
fn a_damaged_cache_file_is_ignored_and_rewritten() {
    let folder = Folder::new();
    fs::write(folder.0.join("module.py"), MODULE).expect("the module can be written");
    import(&folder.0);
    let cached = folder.0.join("__pycache__/module.krait-314.pyc");
    let whole = fs::read(&cached).expect("importing wrote a cache file");

    let mut damages: Vec<(String, Vec<u8>)> = vec![
        ("emptied".into(), Vec::new()),
        ("cut within its header".into(), whole[..7].to_vec()),
        ("cut behind its header".into(), whole[..16].to_vec()),
        (
            "cut before its end".into(),
            whole[..whole.len() - 1].to_vec(),
        ),
        ("filled with zeros".into(), vec![0; whole.len()]),
    ];
    // The words at 4..16 are flags, time and size of the source: changing these makes a file that
    // is old, not damaged.
    let places = (0..4).chain((16..whole.len()).step_by(whole.len() / 24));
    for place in places {
        let mut bytes = whole.clone();
        bytes[place] ^= 0x41;
        damages.push((format!("changed at {place}"), bytes));
    }
    for (damage, bytes) in damages {
        fs::write(&cached, bytes).expect("the cache file can be written");
        import(&folder.0);
        let again = fs::read(&cached).expect("the cache file is there");
        assert!(again == whole, "a cache file {damage} was not rewritten");
    }
}
