//! A request of the sign-in itself: its body is secret, and it is never shown.

use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::http::header::Header;
use crate::http::request::{headers, length};
use crate::http::{Attempt, Client, SecretResponse};
use crate::secret::Secrets;

#[derive(Debug)]
pub struct TokenRequest {
    pub url: Url,
    pub headers: Vec<Header>,
    pub body: SecretString,
}

impl TokenRequest {
    pub fn post_json(url: Url, body: &serde_json::Value) -> TokenRequest {
        TokenRequest::post(url, "application/json", body.to_string().into())
    }

    pub fn post_form(url: Url, form: &str) -> TokenRequest {
        TokenRequest::post(url, "application/x-www-form-urlencoded", form.into())
    }

    fn post(url: Url, content_type: &'static str, body: SecretString) -> TokenRequest {
        let mut headers = headers(&url, Some(content_type));
        headers.push(length(body.expose_secret()));
        TokenRequest { url, headers, body }
    }

    pub fn with(mut self, header: Header) -> TokenRequest {
        self.headers.push(header);
        self
    }

    /// Its first line without the query, which may be secret as well: `POST https://example.com/auth`.
    pub fn describe(&self) -> String {
        let mut url = self.url.clone();
        url.set_query(None);
        format!("POST {url}")
    }

    /// Sends it, with these headers too, until it is answered or not to be repeated any more. To sign in twice is
    /// harmless.
    ///
    /// # Errors
    /// The last attempt, where it was no whole answer of success.
    pub async fn send(
        &self,
        client: &Client,
        headers: &[Header],
        secrets: &Secrets,
    ) -> Result<SecretResponse, Attempt> {
        let headers = [&self.headers[..], headers].concat();
        let mut retry = client.retry(true);
        loop {
            let attempt = match client.post_secret(&self.url, &headers, &self.body, secrets).await {
                Ok(response) => return Ok(response),
                Err(attempt) => attempt,
            };
            let Some(pause) = retry.after(&attempt) else { return Err(attempt) };
            tokio::time::sleep(pause).await;
        }
    }
}
