//! `uphold explain`, `completions` and `man`: what the program says of itself.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::support::{project, run, uphold, workspace};

#[test]
fn every_id_that_a_report_can_show_is_explained() {
    let folder = workspace(&[]);
    let all = run(uphold(folder.path()).arg("explain"));
    assert_eq!(all.code, 0, "{all:?}");
    let ids: Vec<&str> = all.stdout.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert!(ids.contains(&"status.class_changed") && ids.contains(&"lint.no_recipe"), "{all:?}");
    let each = run(uphold(folder.path()).arg("explain").args(&ids));
    assert_eq!(each.code, 0, "{each:?}");
    let heads = each.stdout.lines().filter(|line| !line.is_empty() && !line.starts_with(' '));
    assert_eq!(heads.map(|line| line.split(' ').next().unwrap()).collect::<Vec<_>>(), ids);
}

#[test]
fn an_id_that_is_none_is_told_with_the_nearest() {
    let folder = workspace(&[]);
    let ran = run(uphold(folder.path()).args(["explain", "body.field.remove"]));
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(ran.stderr.contains("invalid value 'body.field.remove'"), "{ran:?}");
    assert!(ran.stderr.contains("similar value exists: 'body.field.removed'"), "{ran:?}");
}

/// The commands that an explanation shows are commands.
#[test]
fn what_an_explanation_advises_can_be_typed() {
    let folder = workspace(&[]);
    let told = run(uphold(folder.path()).args(["explain", "body.field.removed"])).stdout;
    let commands: Vec<&str> = told.lines().filter_map(|line| Some(line.split_once("uphold ")?.1)).collect();
    assert_eq!(commands.len(), 2, "{told}");
    for command in commands {
        let words = command.split("   (").next().unwrap().replace("YYYY-MM-DD", "2099-01-31");
        let ran = run(uphold(folder.path()).args(words.split(' ')));
        // There is nothing that waits and no suite here; what matters is that it was understood.
        assert!(!ran.stderr.contains("Usage:"), "{command}: {ran:?}");
    }
}

/// Asks bash itself what it would offer.
#[test]
#[cfg(unix)]
fn bash_completes_commands_options_and_ids() {
    let folder = workspace(&[]);
    let script = run(uphold(folder.path()).args(["completions", "bash"]));
    assert_eq!(script.code, 0, "{script:?}");
    fs::write(folder.path().join("uphold.bash"), &script.stdout).unwrap();
    let offered = |words: &str, last: usize| {
        let ask = format!(
            "source ./uphold.bash; COMP_WORDS=({words}); COMP_CWORD={last}; \
             _uphold uphold \"${{COMP_WORDS[{last}]}}\" \"\"; printf '%s\\n' \"${{COMPREPLY[@]}}\""
        );
        let output = Command::new("bash").current_dir(folder.path()).args(["-c", &ask]).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    assert_eq!(offered("uphold exp", 1), "explain\n");
    assert!(offered("uphold run --fail", 2).starts_with("--fail-on\n"));
    assert_eq!(offered("uphold explain body.field.rem", 2), "body.field.removed\n");
}

#[test]
fn every_shell_and_every_command_has_a_text() {
    let folder = workspace(&[]);
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let ran = run(uphold(folder.path()).args(["completions", shell]));
        assert!(ran.code == 0 && ran.stdout.contains("explain"), "{shell}: {ran:?}");
    }
    let page = run(uphold(folder.path()).arg("man"));
    assert!(page.code == 0 && page.stdout.contains(".TH uphold 1"), "{page:?}");
    let page = run(uphold(folder.path()).args(["man", "run"]));
    assert!(page.code == 0 && page.stdout.contains(".TH uphold-run 1"), "{page:?}");
    assert!(page.stdout.contains("fail\\-on"), "{page:?}");
    let none = run(uphold(folder.path()).args(["man", "rum"]));
    assert!(none.code == 2 && none.stderr.contains("there is no command `rum`"), "{none:?}");
}

/// Whoever reads a finding in a report looks for its id.
#[test]
fn the_page_of_findings_has_a_heading_for_each() {
    let folder = workspace(&[]);
    let ids = run(uphold(folder.path()).arg("explain")).stdout;
    let page = fs::read_to_string(Path::new(&project()).join("docs/findings.md")).unwrap();
    for id in ids.lines().filter_map(|line| line.split_whitespace().next()) {
        assert!(id.starts_with("lint.") || page.contains(&format!("\n### `{id}`\n")), "{id}");
    }
}
