//! Runs for the tests of the formats: an ordinary one with every verdict, a hostile one, and
//! arbitrary ones.

use std::time::Duration;

use proptest::prelude::*;

use super::events::{
    CaseRow, CodeRow, DocumentedRow, RequestRow, Run, RunFinished, RunStarted, SeenCodesRow, SuiteCodesRow,
    Summary, TargetRow, VerdictRow, WarningRow, WholeRow,
};
use super::exchange::{BodyRow, ExchangeRow, FieldRow, MessageRow};
use crate::finding::{Finding, FindingId, Severity};
use crate::plan::SkipClass;

/// A run that owns what it is made of.
#[derive(Debug, Clone)]
pub(crate) struct Sample {
    pub(crate) started: RunStarted,
    pub(crate) cases: Vec<CaseRow>,
    pub(crate) finished: RunFinished,
}

impl Sample {
    fn new(target: TargetRow, cases: Vec<CaseRow>) -> Self {
        let without_example = vec!["docusign::envelopes::send".to_owned()];
        let mut summary = Summary { without_example: 1, ..Summary::default() };
        for row in &cases {
            summary.count(row.verdict);
        }
        let started = RunStarted {
            bare: Vec::new(),
            started: "2026-11-21T20:00:00.123456Z".parse().unwrap(),
            seed: None,
            target,
            via: Vec::new(),
            insecure: false,
            cases: cases.len(),
            whole: WholeRow { id: "0123456789abcdef".to_owned(), cases: cases.len(), ..WholeRow::default() },
            warnings: Vec::new(),
            without_example,
            codes: Vec::new(),
            compared: None,
            proven: Vec::new(),
        };
        let finished = RunFinished {
            summary,
            duration: Duration::from_millis(1118),
            interrupted: None,
            no_skips: false,
            errors: Vec::new(),
            notes: Vec::new(),
            kept: None,
            waivers: Vec::new(),
            drift: Vec::new(),
        };
        Self { started, cases, finished }
    }

    pub(crate) fn run(&self) -> Run<'_> {
        Run { started: &self.started, cases: self.cases.iter().collect(), finished: &self.finished }
    }
}

pub(crate) fn row(position: usize, id: &str, verdict: VerdictRow) -> CaseRow {
    CaseRow {
        position,
        id: id.to_owned(),
        suite: id.split("::").next().unwrap_or_default().to_owned(),
        file: "cases/zoho-crm/zoho.postman_collection.json".to_owned(),
        pointer: format!("/item/0/response/{position}"),
        line: u32::try_from(10 * position + 1).ok(),
        verdict,
        reason: None,
        skip: None,
        recipe: "as saved".to_owned(),
        attempts: 1,
        retries: 0,
        duration: Duration::from_millis(12),
        earlier_ms: Vec::new(),
        request: Some(RequestRow {
            method: "GET".to_owned(),
            url: "https://api.example.com/users?page=1".to_owned(),
        }),
        status: Some(200),
        notes: Vec::new(),
        codes: SeenCodesRow::default(),
        findings: Vec::new(),
        tags: Vec::new(),
        curl: None,
        exchange: None,
    }
}

/// Messages with this text wherever one can stand, and this body in the answer.
pub(crate) fn exchange(text: &str, status: u16, body: &str) -> Box<ExchangeRow> {
    let message = |status: Option<u16>, body: &str| MessageRow {
        status,
        headers: vec![FieldRow { name: text.to_owned(), value: text.to_owned() }],
        body: Some(BodyRow {
            media_type: Some("application/json".to_owned()),
            bytes: body.len(),
            is_text: true,
            text: body.to_owned(),
            left_out: 0,
            tail: String::new(),
        }),
    };
    Box::new(ExchangeRow {
        request: message(None, text),
        answer: Some(message(Some(status), body)),
        expected: Some(message(Some(200), text)),
    })
}

/// Every verdict, against a live API.
pub(crate) fn ordinary() -> Sample {
    let mut failed = row(1, "zoho_crm::users::update_user::success", VerdictRow::Failed);
    failed.status = Some(400);
    failed.findings = vec![
        Finding::new(FindingId::HeaderAdded, "header:x-trace", "absent", "abc"),
        Finding::new(FindingId::StatusClassChanged, "", "200", "400")
            .with_hint("the API answered as its example 'MANDATORY_NOT_FOUND'"),
        Finding::new(FindingId::BodyFieldRemoved, "/users/*/details/id", "string", "absent"),
    ];
    failed.curl = Some("curl -sS -i -g --path-as-is 'https://api.example.com/users?page=1'".to_owned());
    let mut messages = exchange("{\"code\": \"Y\"}", 400, "{\"code\": \"X\"}");
    for message in [Some(&mut messages.request), messages.answer.as_mut(), messages.expected.as_mut()] {
        let json = FieldRow { name: "Content-Type".to_owned(), value: "application/json".to_owned() };
        if let Some(message) = message {
            message.headers = vec![json];
        }
    }
    messages.request.body = None;
    failed.tags = vec!["nightly".to_owned()];
    failed.exchange = Some(messages);
    failed.notes = vec!["302 to https://api.example.com/login: followed with GET".to_owned()];
    let mut errored = row(2, "zoho_crm::users::update_user::invalid_data", VerdictRow::Errored);
    errored.status = None;
    (errored.attempts, errored.retries) = (3, 2);
    errored.duration = Duration::from_millis(30_500);
    errored.reason = Some("cannot connect: connection refused".to_owned());
    errored.findings =
        vec![Finding::new(FindingId::TransportError, "", "an HTTP answer", "connection refused")];
    errored.curl = failed.curl.clone();
    let mut skipped = row(3, "zoho_crm::delete::no_permission", VerdictRow::Skipped);
    skipped.reason = Some(
        "sends the same request as 'SUCCESS RESPONSE' (200); say in suite.toml how to get 403".to_owned(),
    );
    skipped.skip = Some(SkipClass::Twin);
    (skipped.status, skipped.attempts, skipped.duration) = (None, 0, Duration::ZERO);
    skipped.request = None;
    let mut odd = row(4, "zendesk::list_tickets::ok", VerdictRow::Passed);
    odd.duration = Duration::from_micros(1_117_999);
    odd.findings = vec![
        Finding::new(FindingId::HeaderMissing, "header:cache-control", "max-age=0", "absent")
            .at_severity(Severity::Warning),
        Finding::new(FindingId::HeaderAdded, "header:x-new", "absent", "1"),
    ];
    let first = row(0, "zoho_crm::users::get_users::success", VerdictRow::Passed);
    let mut sample = Sample::new(
        TargetRow::Live { base_url: "https://api.example.com/crm".to_owned() },
        vec![first, failed, errored, skipped, odd],
    );
    sample.started.warnings = (0..7)
        .map(|n| WarningRow {
            file: "cases/zoho-crm/zoho.postman_collection.json".to_owned(),
            pointer: format!("/item/{n}"),
            message: "header without a key is left out".to_owned(),
        })
        .collect();
    sample
}

/// Texts that break reports, in every place where a text can stand.
pub(crate) const HOSTILE: [&str; 10] = [
    "]]>",
    "a\0b",
    "\u{1b}[2J\u{1b}]0;x\u{7}",
    "\u{fffe}\u{ffff}",
    "::error file=x::y",
    "\n::error::x\r\n  ::set-env name=PATH::y",
    "##[add-mask]x ##vso[task.complete]",
    "<script>alert(1)</script>&amp;\"'",
    "\u{202e}\u{2066}\u{9b}31m\u{85}\u{2028}",
    "[[ATTACHMENT|/etc/passwd]]",
];

/// A run with the text in every place.
pub(crate) fn filled_with(text: &str) -> Sample {
    let text = text.to_owned();
    let verdicts = [VerdictRow::Passed, VerdictRow::Failed, VerdictRow::Errored, VerdictRow::Skipped];
    let cases = verdicts.into_iter().enumerate().map(|(position, verdict)| CaseRow {
        position,
        id: format!("{text}::{text}::{text}::{text}"),
        suite: text.clone(),
        file: text.clone(),
        pointer: text.clone(),
        line: Some(3),
        verdict,
        reason: Some(text.clone()),
        skip: None,
        recipe: text.clone(),
        attempts: 2,
        retries: 1,
        duration: Duration::from_micros(1_117_999),
        earlier_ms: vec![1.5, 2.0],
        request: Some(RequestRow { method: text.clone(), url: text.clone() }),
        status: Some(200),
        notes: vec![text.clone()],
        codes: SeenCodesRow { codes: vec![CodeRow { at: text.clone(), code: text.clone() }], more: 1 },
        findings: vec![
            Finding::new(FindingId::BodyValueChanged, text.clone(), text.clone(), text.clone())
                .at_severity(Severity::Warning)
                .with_hint(text.clone());
            2
        ],
        tags: vec![text.clone()],
        curl: Some(text.clone()),
        exchange: Some(exchange(&text, 200, &text)),
    });
    let mut sample = Sample::new(TargetRow::Live { base_url: text.clone() }, cases.collect());
    sample.started.without_example = vec![text.clone()];
    let documented = ["", "Y"].map(|more| DocumentedRow {
        code: format!("{text}{more}"),
        places: vec![text.clone()],
        cases: vec![text.clone()],
    });
    sample.started.codes = vec![SuiteCodesRow { suite: text.clone(), documented: documented.into() }];
    sample.started.warnings = vec![WarningRow { file: text.clone(), pointer: text.clone(), message: text }];
    sample
}

/// Texts around everything that XML, terminals and CI servers take for themselves.
pub(crate) fn any_text() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        prop::sample::select(&HOSTILE[..]).prop_map(str::to_owned),
        prop::sample::select(&["]]", ">", "<![CDATA[", "&", "&#0;", "\r", "\n", "\t", " ", ".", "::"][..])
            .prop_map(str::to_owned),
        any::<String>(),
        any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(part, 0..5).prop_map(|parts| parts.concat())
}

/// Arbitrary texts, verdicts, times and statuses.
pub(crate) fn any_run() -> impl Strategy<Value = Sample> {
    prop::collection::vec((any_text(), any::<Duration>(), any::<u16>()), 0..4).prop_map(|texts| {
        let mut cases = Vec::new();
        for (text, duration, status) in texts {
            for mut row in filled_with(&text).cases {
                row.position = cases.len();
                (row.duration, row.status) = (duration, Some(status));
                cases.push(row);
            }
        }
        Sample::new(TargetRow::Mock { base_url: "http://127.0.0.1:1".to_owned() }, cases)
    })
}
