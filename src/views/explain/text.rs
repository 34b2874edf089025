//! How explanations read on a terminal: plain text in columns, without colour.

use super::{Explanation, SOURCE, all, kind_word};
use crate::model::describe;
use crate::model::field::{Field, Group, Need, Record};
use crate::terminal::table;

impl Explanation {
    /// The explanation as a heading and aligned lines, with a newline at the end.
    pub fn text(&self) -> String {
        let rule = self.rule().map_or_else(String::new, |rule| format!(" (rule: {})", rule.id));
        let mut rows = vec![
            ("group", self.group().title().to_owned()),
            ("type", describe::kind(self.field)),
            ("need", format!("{}{rule}", self.need())),
            ("examples", self.field.examples.join(" | ")),
        ];
        let only_first = |head: &'static str| std::iter::once(head).chain(std::iter::repeat(""));
        rows.extend(only_first("flag").zip(self.flags().into_iter().map(|flag| flag.sample)));
        rows.push(("shorthand", self.shorthand().unwrap_or_default()));
        rows.push(("file", self.key()));
        rows.push(("column", self.column()));
        let warnings = self.warnings().into_iter().map(|rule| format!("{} ({})", rule.meaning, rule.id));
        rows.extend(only_first("warnings").zip(warnings));
        rows.push(("clearing", self.clearing()));
        rows.extend(self.quotation().map(|text| ("quotation", format!("“{text}” ({SOURCE})"))));
        let known = rows.iter().filter(|(_, body)| !body.is_empty());
        let rows = known.map(|(head, body)| [(*head).to_owned(), body.clone()]);
        format!("{}: {}\n{}\n", self.place, self.field.label, table(rows))
    }
}

/// The explanation of a field that a profile adds to the table.
pub fn extra(field: &Field, profile: &str) -> String {
    let rows = [
        ("type", describe::kind(field)),
        ("need", describe::need(field, false)),
        ("source", format!("extra_fields of the profile {profile}")),
        ("file", super::extra_key(field)),
    ];
    format!("{}\n{}\n", field.name, table(rows.map(|(head, body)| [head.to_owned(), body])))
}

/// A line more below an explanation.
pub fn row(head: &str, body: &str) -> String {
    format!("{}\n", table([[head.to_owned(), body.to_owned()]]))
}

/// All fields in a table by group: place, flag, type and need.
pub fn overview() -> String {
    let all = all();
    let groups = Group::ALL.iter().map(|group| all.iter().filter(move |own| own.group() == *group));
    let groups = Group::ALL.iter().zip(groups).filter(|(_, fields)| fields.clone().next().is_some());
    let rows = groups.flat_map(|(group, fields)| {
        let head = [Vec::new(), vec![group.title().to_owned()]];
        head.into_iter().chain(fields.map(|own| cells(own).to_vec()))
    });
    table(rows.skip(1)) + "\n"
}

fn cells(own: &Explanation) -> [String; 4] {
    let (name, flag) = match own.record() {
        Some(record) => (format!("  {}", own.field.name), format!("  {}", shortest_name(own.field, record))),
        None => {
            let flags: Vec<String> = own.flags().into_iter().map(|flag| flag.flag).collect();
            (own.place.clone(), flags.join(", "))
        }
    };
    let need = match own.field.need {
        Need::Optional => "optional".to_owned(),
        Need::Required => "required".to_owned(),
        Need::RequiredFor(client_type) => format!("required for {}", client_type.wire()),
    };
    [name, flag, kind_word(own.field.kind).to_owned(), need]
}

/// The shortest way to name the field within its record's flag.
fn shortest_name(field: &Field, record: &Record) -> String {
    if record.fields.first().is_some_and(|first| first.name == field.name) {
        return "first word".to_owned();
    }
    if field.is_main_mark() { "main".to_owned() } else { format!("{}=…", record.key(field)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::customer::every_field;
    use crate::terminal::laid_out;

    /// As a Unix shell wants it.
    #[cfg(unix)]
    #[test]
    fn an_explanation_reads_in_columns() {
        let text =
            |name: &str| laid_out(&crate::views::explain::find(name).expect(name).remove(0).text(), None);
        insta::assert_snapshot!(text("gender"), @r#"
        gender: Gender
          group      Identity
          type       text: usually one of the examples
          need       required when clientType is PRIVATE (rule: required-for-private)
          examples   M | F
          flag       --gender M
          file       "gender": "M"
          column     gender
          warnings   a value that is not in the list of known values (unlisted-value)
                     spaces before or after a text (outer-space)
                     text that a program writes when it has no value: null, {{name}} (placeholder)
                     a character that is invisible or misleading (hidden-character)
          clearing   --clear gender, or "" in a file; not when the client is PRIVATE
          quotation  “Gender e.g. M, F - Mandatory only when customer type is 'Personal'” (API page of PatchCustomer)
        "#);
        insta::assert_snapshot!(text("emails[0].isMainEmail"), @r#"
        emails[].isMainEmail: Main email
          group      Lists
          type       true or false
          need       required in every item (rule: required)
          flag       --email ada@example.com,main
          shorthand  the word main sets it to true; without the word it is false
          file       "emails": [{ "isMainEmail": false }]
          column     emails[0].isMainEmail
          warnings   more than one main email, phone or address (two-mains)
                     none of the emails, phones or addresses is the main one (no-main)
          clearing   cannot be cleared, only set to false: the service ignores null
          quotation  “Main email” (API page of PatchCustomer)
        "#);
        insta::assert_snapshot!(text("phones"), @r#"
        phones: Phones
          group      Lists
          type       a list of Phone records
          need       optional
          flag       --phone 13888889999,countryPrefix=it,main
                     --phones @phones.json
          file       "phones": [{ … }]
          column     phones[0].phone
          warnings   more than one main email, phone or address (two-mains)
                     none of the emails, phones or addresses is the main one (no-main)
          clearing   --clear phones, or [] in a file
          quotation  “Customer phones” (API page of PatchCustomer)
        "#);
    }

    #[test]
    fn no_line_is_wider_than_the_terminal() {
        let texts = all().iter().map(Explanation::text).chain([overview()]).collect::<Vec<_>>().join("\n");
        for width in [40, 80, 110] {
            for line in laid_out(&texts, Some(width)).lines() {
                assert!(line.chars().count() <= width, "{line}");
            }
        }
    }

    #[test]
    fn the_overview_names_every_field_once_under_its_group() {
        let overview = laid_out(&overview(), None);
        let identity: Vec<&str> = overview.lines().take(4).collect();
        insta::assert_snapshot!(identity.join("\n"), @r#"
        Identity
          clientType                        --client-type                                text  required
          languageId                        --language-id                                text  required for PRIVATE
          gender                            --gender                                     text  required for PRIVATE
        "#);
        let emails: Vec<&str> =
            overview.lines().skip_while(|line| !line.starts_with("  emails ")).take(3).collect();
        insta::assert_snapshot!(emails.join("\n"), @r#"
        emails                            --email, --emails                            list  optional
          email                             first word                                 text  required
          isMainEmail                       main                                       bool  required
        "#);
        let lines = overview.lines().filter(|line| line.starts_with("  ")).count();
        assert_eq!(lines, every_field().count());
        for group in Group::ALL {
            assert!(overview.lines().any(|line| line == group.title()), "{}", group.title());
        }
    }
}
