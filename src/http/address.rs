//! What is read off an address: whether it is this machine, its origin, and the address of a route below it.

use reqwest::Url;

/// Whether the address is this machine: then no proxy is asked, and http will do.
pub fn is_loopback(url: &Url) -> bool {
    match url.host_str() {
        Some("localhost" | "[::1]") => true,
        Some(host) => host.parse::<std::net::Ipv4Addr>().is_ok_and(|address| address.is_loopback()),
        None => false,
    }
}

/// Scheme, host and port: what a credential is bound to.
pub fn origin_of(url: &Url) -> String {
    url.origin().ascii_serialization()
}

/// The address of a route below the base URL, whose path may end in a slash or not.
pub fn route_below(base_url: &Url, route: &str) -> Url {
    let mut url = base_url.clone();
    url.set_path(&format!("{}/{route}", base_url.path().trim_end_matches('/')));
    url
}

/// The value of `Host`: the port is in it only where it is not the scheme's own.
pub fn host_of(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// Host and port, as one connects to them.
pub fn host_and_port(url: &Url) -> Option<String> {
    Some(format!("{}:{}", url.host_str()?, url.port_or_known_default()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_loopback() {
        for (url, expected) in [
            ("http://localhost:80", true),
            ("http://127.0.0.1", true),
            ("http://127.1.2.3", true),
            ("http://[::1]:1", true),
            ("http://localhost.example.com", false),
            ("http://10.0.0.1", false),
            ("https://example.com", false),
        ] {
            assert_eq!(is_loopback(&Url::parse(url).expect(url)), expected, "{url}");
        }
    }
}
