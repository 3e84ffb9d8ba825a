use super::*;

fn auth(kind: AuthKind, params: &[(&str, &str)]) -> Auth {
    let params = params.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    Auth { kind, params, place: "/auth".to_owned() }
}

fn grant(params: &[(&str, &str)]) -> Grant {
    match auth(AuthKind::Grant, params).late() {
        Ok(Some(Late::Grant(grant))) => grant,
        other => panic!("{other:?}"),
    }
}

fn form(grant: &Grant) -> String {
    let pairs: Vec<String> = grant.ask.form.iter().map(|(name, value)| format!("{name}={value}")).collect();
    pairs.join("&")
}

const URL: (&str, &str) = ("accessTokenUrl", "https://a.example:8443/token?x=1");

#[test]
fn a_grant_asks_as_its_parameters_say() {
    let client = [
        ("grant_type", "client_credentials"),
        URL,
        ("clientId", "c:d"),
        ("clientSecret", "s"),
        ("scope", "a b"),
    ];
    let made = grant(&client);
    assert_eq!(
        (made.ask.origin.to_string().as_str(), made.ask.target.as_str()),
        ("https://a.example:8443", "/token?x=1")
    );
    assert_eq!(form(&made), "grant_type=client_credentials&scope=a b");
    // `c%3Ad:s`
    assert_eq!(made.ask.headers, [("Authorization".to_owned(), "Basic YyUzQWQ6cw==".to_owned())]);
    let mut inside = client.to_vec();
    inside.push(("client_authentication", "body"));
    assert_eq!(
        form(&grant(&inside)),
        "grant_type=client_credentials&scope=a b&client_id=c:d&client_secret=s"
    );
    let password = [("grant_type", "password_credentials"), URL, ("username", "u"), ("password", "p")];
    assert_eq!(form(&grant(&password)), "grant_type=password&username=u&password=p");
    let refresh = [
        ("grant_type", "authorization_code"),
        URL,
        ("refreshToken", "r"),
        ("refreshTokenUrl", "https://b.example/r"),
    ];
    assert_eq!(form(&grant(&refresh)), "grant_type=refresh_token&refresh_token=r");
    assert_eq!(grant(&refresh).ask.origin.to_string(), "https://b.example");
}

#[test]
fn further_parameters_go_where_they_say() {
    let extras = "[{\"key\": \"a\", \"value\": \"1\"}, {\"key\": \"b\", \"value\": \"&\", \"send_as\": \"request_url\"}, \
        {\"key\": \"X-C\", \"value\": \"3\", \"send_as\": \"request_header\"}, {\"key\": \"d\", \"enabled\": false}]";
    let made = grant(&[
        ("grant_type", "client_credentials"),
        URL,
        ("clientId", "c"),
        ("tokenRequestParams", extras),
    ]);
    assert_eq!(form(&made), "grant_type=client_credentials&a=1");
    assert_eq!(made.ask.target, "/token?x=1&b=%26");
    assert_eq!(made.ask.headers[1], ("X-C".to_owned(), "3".to_owned()));
}

#[test]
fn what_cannot_work_is_refused_by_name() {
    let lack = |kind, params: &[(&str, &str)]| format!("{:?}", auth(kind, params).late().unwrap_err());
    let credentials = [("username", "u"), ("password", "p")];
    let with = |name, value| [&credentials[..], &[(name, value)]].concat();
    assert!(lack(AuthKind::Digest, &with("algorithm", "SHA-3")).contains("SHA-3"));
    assert!(lack(AuthKind::Digest, &with("qop", "auth-conf")).contains("qop"));
    assert!(lack(AuthKind::Digest, &[]).contains("username"));
    assert!(lack(AuthKind::AwsV4, &[("accessKey", "a")]).contains("secretKey"));
    assert!(
        lack(AuthKind::OAuth1, &[("consumerKey", "a"), ("signatureMethod", "RSA-MD5")]).contains("RSA-MD5")
    );
    let rsa = [("consumerKey", "a"), ("signatureMethod", "RSA-SHA1"), ("privateKey", "x")];
    assert!(lack(AuthKind::OAuth1, &rsa).contains("no RSA key"));
    let ftp = [("grant_type", "client_credentials"), ("clientId", "c"), ("accessTokenUrl", "ftp://a")];
    assert!(lack(AuthKind::Grant, &ftp).contains("neither http nor https"));
}

#[test]
fn only_grants_without_a_browser_are_run() {
    let has = |params: &[(&str, &str)]| auth(AuthKind::OAuth2, params).has_grant();
    assert!(has(&[("grant_type", "client_credentials")]) && has(&[("refreshToken", "r")]));
    assert!(
        !has(&[("grant_type", "authorization_code")]) && !has(&[("grant_type", "implicit")]) && !has(&[])
    );
}
