//! The commands of a block, one by one, each with the exit code that the page says and the output that it shows.

use super::page::Block;

pub struct Statement {
    /// As sh reads it: one line, or more where it is not complete before.
    pub command: String,
    /// The output that the page shows.
    shown: String,
}

/// The commands of a `sh` or `powershell` block.
pub fn of_script(block: &Block) -> Vec<Statement> {
    let (mut statements, mut command) = (Vec::new(), String::new());
    for line in &block.lines {
        command.push_str(&of_sh(line, &block.language));
        if is_complete(&command) {
            statements.push(Statement::new(std::mem::take(&mut command)));
        } else {
            command.push('\n');
        }
    }
    assert!(command.is_empty(), "not complete: {command}");
    statements.retain(|statement| !statement.command.is_empty() && !statement.command.starts_with('#'));
    statements
}

/// A line as sh says it: a variable of PowerShell is set, and what cargo would build and run is booster.
fn of_sh(line: &str, language: &str) -> String {
    let line = line.replace("cargo run -- ", "booster ");
    let assignment = line.strip_prefix("$env:").filter(|_| language == "powershell");
    assignment.map_or(line.clone(), |assignment| format!("export {}", assignment.replacen(" = ", "=", 1)))
}

/// The commands of a `console` block begin with `$ `; what follows is output.
pub fn of_console(block: &Block) -> Vec<Statement> {
    let mut statements: Vec<Statement> = Vec::new();
    for line in &block.lines {
        match (line.strip_prefix("$ "), statements.last_mut()) {
            (Some(command), _) => {
                statements.push(Statement::new(command.to_owned()));
            }
            (None, Some(last)) if last.command.ends_with('\\') => {
                last.command.extend(["\n", line]);
            }
            (None, Some(last)) => last.shown.extend([line, "\n"]),
            (None, None) => panic!("a console block begins with `$ `, not with {line}"),
        }
    }
    statements
}

/// The commands of booster among these texts, each asked for its help instead of being run.
pub fn named(texts: &[String]) -> Vec<Statement> {
    let commands = texts.iter().filter_map(|text| {
        let words = text
            .strip_prefix("$ ")
            .unwrap_or(text.as_str())
            .split(" #")
            .next()?
            .trim_end_matches(['\\', ' ']);
        words.starts_with("booster ").then(|| format!("{words} --help"))
    });
    commands.map(Statement::new).collect()
}

/// Whether sh can read this as it is.
fn is_complete(command: &str) -> bool {
    let mut reads = std::process::Command::new("sh");
    reads.args(["-nc", command]).stderr(std::process::Stdio::null());
    !command.ends_with('\\') && reads.status().expect("a shell").success()
}

impl Statement {
    fn new(command: String) -> Statement {
        Statement { command, shown: String::new() }
    }

    /// What its comment says, or 0.
    pub fn exit_code(&self) -> i32 {
        let comment = self.command.rsplit_once("# exit code ");
        comment.map_or(0, |(_, code)| code.parse().unwrap_or_else(|_| panic!("no code: {}", self.command)))
    }

    /// The statement in a console block, with the output that belongs below it. Where lines are broken depends on the
    /// length of this machine's paths, so output with the same words stays as it is.
    pub fn lines(&self, output: &str) -> Vec<String> {
        let command = format!("$ {}", self.command);
        let is_same = self.shown.split_whitespace().eq(output.split_whitespace());
        let output = if is_same { self.shown.trim_end() } else { output };
        command.lines().chain(output.lines()).map(str::to_owned).collect()
    }
}
