//! `uphold review` in a terminal of its own.

use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::os::fd::OwnedFd;
use std::path::Path;
use std::process::{Child, Stdio};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use serde_json::json;

use super::{Api, ORDER, TOKEN, in_folder, new_order, order, shop};
use crate::support::uphold;

/// The program in a pseudo-terminal.
struct Terminal {
    screen: String,
    master: File,
    child: Child,
}

impl Terminal {
    fn review(folder: &Path, more: &[(&str, &str)]) -> Self {
        let master: OwnedFd = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&master).unwrap();
        unlockpt(&master).unwrap();
        let name = ptsname(&master, Vec::new()).unwrap().into_string().unwrap();
        let end = || {
            let options = rustix::fs::OFlags::RDWR | rustix::fs::OFlags::NOCTTY;
            Stdio::from(rustix::fs::open(&*name, options, rustix::fs::Mode::empty()).unwrap())
        };
        let mut command = uphold(folder);
        command.env("TOKEN", TOKEN).envs(more.iter().copied()).arg("review");
        let child = command.stdin(end()).stdout(end()).stderr(end()).spawn().unwrap();
        Self { screen: String::new(), master: File::from(master), child }
    }

    /// Reads until the screen ends in this text.
    fn until(&mut self, text: &str) {
        let mut byte = [0];
        while !self.screen.ends_with(text) {
            assert!(matches!(self.master.read(&mut byte), Ok(1)), "`{text}` never came:\n{}", self.screen);
            self.screen.push(char::from(byte[0]));
        }
    }

    fn types(&mut self, keys: &str) {
        self.master.write_all(keys.as_bytes()).unwrap();
    }

    /// What is left, and the exit code.
    fn end(mut self) -> (String, i32) {
        let code = self.child.wait().unwrap().code().unwrap();
        let mut rest = [0; 4096];
        // The other end is closed: that is an error on Linux.
        while let Ok(read @ 1..) = self.master.read(&mut rest) {
            self.screen.push_str(&String::from_utf8_lossy(&rest[..read]));
        }
        (self.screen, code)
    }
}

fn waiting() -> (tempfile::TempDir, Api) {
    let folder = shop();
    let api = Api::start(&new_order());
    api.says("/list", "200 OK", &json!({"items": ["\u{1b}[2J"]}));
    assert_eq!(api.run(folder.path(), &[]).code, 1);
    (folder, api)
}

#[test]
fn answers_are_accepted_and_waived_in_a_terminal() {
    let (folder, api) = waiting();
    let path = folder.path();
    let mut terminal = Terminal::review(path, &[]);
    terminal.until("q quit; A R S all body.field.removed: ");
    terminal.types("x\n");
    terminal.until(
        "`x` is none of these\r\ny accept, n reject, s skip, w waive, q quit; A R S all body.field.removed: ",
    );
    terminal.types("y\n");
    terminal.until("q quit; A R S all body.type.changed: ");
    terminal.types("w\n");
    terminal.until("reason: ");
    terminal.types("\n");
    terminal.until("a waiver needs a reason\r\nreason: ");
    terminal.types("they mend it\n");
    terminal.until("until (2027-03-31): ");
    terminal.types("tomorrow\n");
    terminal.until("a day such as 2027-03-31\r\nuntil (2027-03-31): ");
    terminal.types("2020-02-29\n");
    terminal.until("2020-02-29 is over: the waiver would let nothing go\r\nuntil (2027-03-31): ");
    terminal.types("2099-02-29\n");
    terminal.until("a day such as 2027-03-31\r\nuntil (2027-03-31): ");
    terminal.types("2099-12-31\n");
    let (screen, code) = terminal.end();
    assert_eq!(code, 0, "{screen}");
    for shown in [
        "1 of 2  shop::orders::get_order::ok",
        "example   cases/shop/shop.postman_collection.json /item/0/item/0/response/0",
        "breaking body.field.removed /fax",
        "examples  string; in 1 of 1: OK",
        "-   \"fax\": \"1\",",
        "+   \"note\": null",
        "2 of 2  shop::orders::list::ok",
        "ACCEPT  shop::orders::get_order::ok",
        "summary: 1 accepted, 0 left, 0 refused",
        "1 waived",
    ] {
        assert!(screen.contains(shown), "{shown}:\n{screen}");
    }
    assert!(!screen.contains('\u{1b}'), "what a server sent reaches no terminal: {screen}");
    assert!(path.join(ORDER).exists() && !path.join("reports/pending").exists());
    let ran = api.run(path, &[]);
    assert!(ran.code == 0 && ran.stdout.contains("until 2099-12-31: they mend it"), "{ran:?}");
}

#[test]
fn all_of_a_kind_are_rejected_at_once_and_quitting_keeps_what_was_decided() {
    let (folder, api) = waiting();
    let path = folder.path();
    let mut gone = order();
    gone.as_object_mut().unwrap().remove("fax");
    api.says("/orders/1", "200 OK", &gone);
    api.says("/list", "200 OK", &json!({}));
    assert_eq!(api.run(path, &[]).code, 1);
    let mut terminal = Terminal::review(path, &[]);
    terminal.until("A R S all body.field.removed: ");
    terminal.types("R\n");
    let (screen, code) = terminal.end();
    assert!(
        code == 0 && screen.contains("reject: shop::orders::list::ok (as every body.field.removed)"),
        "{screen}"
    );
    assert!(screen.contains("2 rejected") && !path.join("reports/pending").exists(), "{screen}");

    assert_eq!(api.run(path, &[]).code, 1);
    let mut terminal = Terminal::review(path, &[]);
    terminal.until("body.field.removed: ");
    terminal.types("n\n");
    terminal.until("body.field.removed: ");
    terminal.types("q\n");
    assert!(terminal.end().0.contains("1 rejected"));
    assert!(path.join("reports/pending/shop/orders/list/ok.json").exists());

    // The end of the input decides nothing.
    let mut terminal = Terminal::review(path, &[]);
    terminal.until("body.field.removed: ");
    terminal.types("\u{4}");
    assert!(terminal.end().0.contains("the input ended: nothing was done"));
    let terminal = Terminal::review(path, &[("CI", "1")]);
    let (screen, code) = terminal.end();
    assert!(code == 2 && screen.contains("--force-write"), "{screen}");
    assert!(
        fs::read_dir(path.join("cases/shop")).unwrap().count() == 2 && in_folder(path, &["review"]).code == 0
    );
}

#[test]
fn an_answer_that_was_not_shown_is_neither_accepted_nor_rejected() {
    let (folder, api) = waiting();
    let path = folder.path();
    let mut terminal = Terminal::review(path, &[]);
    terminal.until("all body.field.removed: ");
    // A run in another window.
    let mut later = new_order();
    later["state"] = json!("nobody saw this");
    api.says("/orders/1", "200 OK", &later);
    api.says("/list", "200 OK", &json!({"items": [{}]}));
    assert_eq!(api.run(path, &[]).code, 1);
    terminal.types("y\n");
    terminal.until("all body.type.changed: ");
    terminal.types("n\n");
    let (screen, code) = terminal.end();
    assert_eq!(code, 1, "{screen}");
    assert!(screen.contains("LEFT    shop::orders::get_order::ok  another answer came after"), "{screen}");
    assert!(
        screen.contains("0 rejected") && screen.contains("1 not rejected: another answer came"),
        "{screen}"
    );
    assert!(!path.join(ORDER).exists() && path.join("reports/pending/shop/orders/list/ok.json").exists());
}

#[test]
fn the_end_of_the_input_decides_nothing_at_any_question() {
    let (folder, _) = waiting();
    let before = super::files(folder.path(), true);
    for keys in [&[][..], &["w\n"][..], &["w\n", "why\n"][..], &["y\n"][..]] {
        let mut terminal = Terminal::review(folder.path(), &[]);
        terminal.until("all body.field.removed: ");
        for key in keys {
            terminal.types(key);
            terminal.until(": ");
        }
        terminal.types("\u{4}");
        let (screen, code) = terminal.end();
        assert!(code == 0 && screen.contains("the input ended: nothing was done"), "{keys:?}: {screen}");
        assert_eq!(super::files(folder.path(), true), before, "{keys:?}");
    }
}
