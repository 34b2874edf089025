# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_booster_global_optspecs
    string join \n p/profile= config= base-url= sandbox timeout= o/output= color= no-input q/quiet v/verbose h/help V/version
end

function __fish_booster_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_booster_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_booster_using_subcommand
    set -l cmd (__fish_booster_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c booster -n "__fish_booster_needs_command" -s p -l profile -d 'Profile of the configuration' -r -f
complete -c booster -n "__fish_booster_needs_command" -l config -d 'Configuration file' -r -F
complete -c booster -n "__fish_booster_needs_command" -l base-url -d 'Where to send, instead of the profile\'s address' -r -f
complete -c booster -n "__fish_booster_needs_command" -l timeout -d 'Seconds that one attempt may take [60 unless set]' -r -f
complete -c booster -n "__fish_booster_needs_command" -s o -l output -d 'Text for a person, or one JSON document: text, json' -r -f -a "text\t''
json\t''"
complete -c booster -n "__fish_booster_needs_command" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal, unless NO_COLOR or TERM=dumb speak against it'
always\t''
never\t''"
complete -c booster -n "__fish_booster_needs_command" -l sandbox -d 'Try it on a Booster inside this process; nothing leaves the machine'
complete -c booster -n "__fish_booster_needs_command" -l no-input -d 'Never ask, whether there is a terminal or not'
complete -c booster -n "__fish_booster_needs_command" -s q -l quiet -d 'Errors and results alone'
complete -c booster -n "__fish_booster_needs_command" -s v -l verbose -d 'Say more: -v where each field came from, -vv the exchange'
complete -c booster -n "__fish_booster_needs_command" -s h -l help -d 'Print help'
complete -c booster -n "__fish_booster_needs_command" -s V -l version -d 'Print version'
complete -c booster -n "__fish_booster_needs_command" -f -a "customer" -d 'Change, check and explain customers'
complete -c booster -n "__fish_booster_needs_command" -f -a "undo" -d 'Set back what a patch changed'
complete -c booster -n "__fish_booster_needs_command" -f -a "history" -d 'What was sent: time, customer, names of fields, outcome'
complete -c booster -n "__fish_booster_needs_command" -f -a "auth" -d 'Sign in and out, and see who is signed in'
complete -c booster -n "__fish_booster_needs_command" -f -a "config" -d 'The configuration file'
complete -c booster -n "__fish_booster_needs_command" -f -a "profile" -d 'The profiles in the configuration file'
complete -c booster -n "__fish_booster_needs_command" -f -a "doctor" -d 'Look at everything that a patch needs on its way, and send none'
complete -c booster -n "__fish_booster_needs_command" -f -a "sandbox" -d 'Keep a Booster to try things on running on this machine'
complete -c booster -n "__fish_booster_needs_command" -f -a "completions" -d 'Print a completion script'
complete -c booster -n "__fish_booster_needs_command" -f -a "help" -d 'Print help for a command or a topic'
complete -c booster -n "__fish_booster_using_subcommand customer; and not __fish_seen_subcommand_from patch get edit check explain template schema" -s p -l profile -d 'Profile of the configuration' -r -f
complete -c booster -n "__fish_booster_using_subcommand customer; and not __fish_seen_subcommand_from patch get edit check explain template schema" -l config -d 'Configuration file' -r -F
complete -c booster -n "__fish_booster_using_subcommand customer; and not __fish_seen_subcommand_from patch get edit check explain template schema" -l base-url -d 'Where to send, instead of the profile\'s address' -r -f
complete -c booster -n "__fish_booster_using_subcommand customer; and not __fish_seen_subcommand_from patch get edit check explain template schema" -l timeout -d 'Seconds that one attempt may take [60 unless set]' -r -f
complete -c booster -n "__fish_booster_using_subcommand customer; and not __fish_seen_subcommand_from patch get edit check explain template schema" -s o -l output -d 'Text for a person, or one JSON document: text, json' -r -f -a "text\t''
json\t''"
complete -c booster -n "__fish_booster_using_subcommand customer; and not __fish_seen_subcommand_from patch get edit check explain template schema" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal, unless NO_COLOR or TERM=dumb speak against it'
always\t''
never\t''"
complete -c booster -n "__fish_booster_using_subcommand customer; and not __fish_seen_subcommand_from patch get edit check explain template schema" -l sandbox -d 'Try it on a Booster inside this process; nothing leaves the machine'
complete -c booster -n "__fish_booster_using_subcommand customer; and not __fish_seen_subcommand_from patch get edit check explain template schema" -l no-input -d 'Never ask, whether there is a terminal or not'
complete -c booster -n "__fish_booster_using_subcommand customer; and not __fish_seen_subcommand_from patch get edit check explain template schema" -s q -l quiet -d 'Errors and results alone'
complete -c booster -n "__fish_booster_using_subcommand customer; and not __fish_seen_subcommand_from patch get edit check explain template schema" -s v -l verbose -d 'Say more: -v where each field came from, -vv the exchange'
complete -c booster -n "__fish_booster_using_subcommand customer; and not __fish_seen_subcommand_from patch get edit check explain template schema" -s h -l help -d 'Print help'
complete -c booster -n "__fish_booster_using_subcommand customer; and not __fish_seen_subcommand_from patch get edit check explain template schema" -f -a "patch" -d 'Change one customer'
complete -c booster -n "__fish_booster_using_subcommand customer; and not __fish_seen_subcommand_from patch get edit check explain template schema" -f -a "get" -d 'Show a customer as the service holds it now'
complete -c booster -n "__fish_booster_using_subcommand customer; and not __fish_seen_subcommand_from patch get edit check explain template schema" -f -a "edit" -d 'Change a customer in an editor'
complete -c booster -n "__fish_booster_using_subcommand customer; and not __fish_seen_subcommand_from patch get edit check explain template schema" -f -a "check" -d 'Check patch files without sending anything'
complete -c booster -n "__fish_booster_using_subcommand customer; and not __fish_seen_subcommand_from patch get edit check explain template schema" -f -a "explain" -d 'Explain the fields'
complete -c booster -n "__fish_booster_using_subcommand customer; and not __fish_seen_subcommand_from patch get edit check explain template schema" -f -a "template" -d 'Print a patch file to fill in'
complete -c booster -n "__fish_booster_using_subcommand customer; and not __fish_seen_subcommand_from patch get edit check explain template schema" -f -a "schema" -d 'Print the JSON Schema of a patch file'
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from patch" -l from -d 'JSON or TOML file with fields, - for standard input; may be repeated' -r -F
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from patch" -l format -d 'Form of the files, where neither extension nor first character tells it: toml, json' -r -f -a "toml\t''
json\t''"
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from patch" -l dry-run -d 'Show what would go out, and send nothing: text, http, json, curl' -r -f -a "text\t''
http\t'Request line, headers and body, byte for byte'
json\t'The body alone'
curl\t'A command line'"
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from patch" -l confirm -d 'Answer a guard that asks, by the name of the profile; a wrong name stops' -r -f
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from patch" -l backup -d 'Keep what the fields held before as a patch file, TOML or (by its name) JSON, never overwritten; for undo, what is sent is kept as well' -r -F
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from patch" -l client-type -d 'Client type [required], e.g. PRIVATE, COMPANY' -r -f -a "PRIVATE\t''
COMPANY\t''"
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from patch" -l language-id -d 'Language [required for PRIVATE], e.g. ita, chi, aze, eng, ger' -r -f -a "ita\t''
chi\t''
aze\t''
eng\t''
ger\t''"
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from patch" -l gender -d 'Gender [required for PRIVATE], e.g. M, F' -r -f -a "M\t''
F\t''"
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from patch" -l country-id -d 'Country [required], e.g. it, cn, az, gb, de' -r -f -a "it\t''
cn\t''
az\t''
gb\t''
de\t''"
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from patch" -l customer-reference -d 'Customer reference' -r -f
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from patch" -l title -d 'Title [required for PRIVATE], e.g. Mr & Mrs, Mr., Mrs., Sama, Captain' -r -f -a "'Mr & Mrs'\t''
Mr.\t''
Mrs.\t''
Sama\t''
Captain\t''"
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from patch" -l first-name -d 'First name' -r -f
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from patch" -l last-name -d 'Last name [required for PRIVATE]' -r -f
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from patch" -l first-name-not-latin -d 'First name in its own script' -r -f
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from patch" -l last-name-not-latin -d 'Last name in its own script' -r -f
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from patch" -l middle-name -d 'Middle name' -r -f
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from patch" -l name-suffix -d 'Name suffix' -r -f
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from patch" -l company-name -d 'Company name [required for COMPANY]' -r -f
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from patch" -l birth-date -d 'Birth date, e.g. 2020-12-30' -r -f
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from patch" -l wedding-date -d 'Wedding date, e.g. 2020-01-18' -r -f
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from patch" -l can-be-contacted-by-maison -d 'Can be contacted by the Maison [required]' -r -f -a "true\t''
false\t''"
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from patch" -l preferred-contact-method -d 'Preferred contact method, e.g. Fax, Tel, EMail, Mail, Survey' -r -f -a "Fax\t''
Tel\t''
EMail\t''
Mail\t''
Survey\t''"
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from patch" -l contact-by-email-flag -d 'Wants to be contacted by email' -r -f -a "true\t''
false\t''"
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from patch" -l contact-by-mail-flag -d 'Wants to be contacted by mail' -r -f -a "true\t''
false\t''"
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from patch" -l contact-by-phone-flag -d 'Wants to be contacted by phone' -r -f -a "true\t''
false\t''"
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from patch" -l contact-by-sms-flag -d 'Wants to be contacted by SMS' -r -f -a "true\t''
false\t''"
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from patch" -l contact-by-social-media-flag -d 'Wants to be contacted by social media' -r -f -a "true\t''
false\t''"
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from patch" -l allow-store-data-abroad -d 'Allows cross-border data transfer' -r -f -a "true\t''
false\t''"
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from patch" -l tv-allow-store-data-abroad -d 'Allows cross-border data transfer for TimeVallée' -r -f -a "true\t''
false\t''"
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from patch" -l data-sharing-consent -d 'Allows data sharing' -r -f -a "true\t''
false\t''"
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from patch" -l sale-representative-email -d 'Sale representative\'s email, e.g. rauf.aliyev@richemont.com' -r -f -a "rauf.aliyev@richemont.com\t''"
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from patch" -l reference-sale-representative-email -d 'Reference sale representative\'s email' -r -f
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from patch" -l notes -d 'Notes' -r -f
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from patch" -l email -d 'Add to the customer emails: <email>[,main]' -r -f
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from patch" -l emails -d 'The whole list, as JSON' -r -f
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from patch" -l phone -d 'Add to the customer phones: <phone>,countryPrefix=…[,main][,key=…]' -r -f
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from patch" -l phones -d 'The whole list, as JSON' -r -f
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from patch" -l address -d 'Add to the customer addresses: <addressType>,countryId=…[,main][,key=…]' -r -f
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from patch" -l addresses -d 'The whole list, as JSON' -r -f
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from patch" -l event -d 'Add to the customer events: <eventType>,date=…[,key=…]' -r -f
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from patch" -l events -d 'The whole list, as JSON' -r -f
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from patch" -l interest -d 'Add to the customer interests: <interest>,sapId=…[,key=…]' -r -f
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from patch" -l interests -d 'The whole list, as JSON' -r -f
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from patch" -l hobby -d 'Add to the customer hobbies: <hobby>,sapId=…[,key=…]' -r -f
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from patch" -l hobbies -d 'The whole list, as JSON' -r -f
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from patch" -l product-collection -d 'Add to the customer product collections: <productCollection>,sapId=…,translation=…' -r -f
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from patch" -l product-collections -d 'The whole list, as JSON' -r -f
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from patch" -l clear -d 'Clear these texts and lists' -r -f -a "title\t''
firstName\t''
lastName\t''
firstNameNotLatin\t''
lastNameNotLatin\t''
middleName\t''
nameSuffix\t''
companyName\t''
languageId\t''
gender\t''
customerReference\t''
preferredContactMethod\t''
saleRepresentativeEmail\t''
notes\t''
referenceSaleRepresentativeEmail\t''
emails\t''
phones\t''
addresses\t''
events\t''
interests\t''
hobbies\t''
productCollections\t''"
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from patch" -s p -l profile -d 'Profile of the configuration' -r -f
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from patch" -l config -d 'Configuration file' -r -F
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from patch" -l base-url -d 'Where to send, instead of the profile\'s address' -r -f
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from patch" -l timeout -d 'Seconds that one attempt may take [60 unless set]' -r -f
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from patch" -s o -l output -d 'Text for a person, or one JSON document: text, json' -r -f -a "text\t''
json\t''"
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from patch" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal, unless NO_COLOR or TERM=dumb speak against it'
always\t''
never\t''"
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from patch" -s i -l interactive -d 'Be asked for the fields, as without any on a terminal'
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from patch" -l no-defaults -d 'Leave out the profile\'s defaults'
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from patch" -l strict -d 'Take warnings for errors'
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from patch" -l unchecked -d 'Do not check what the documentation may be wrong about: missing fields, the client type'
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from patch" -l fill -d 'Take what the rules require and you did not give from the customer\'s present record'
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from patch" -l diff -d 'Show what would change; with --dry-run the exit code is 10 when something would'
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from patch" -l force -d 'Send even if the record has changed since it was shown'
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from patch" -l verify -d 'Read the customer again afterwards, and say which fields did not land'
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from patch" -l sandbox -d 'Try it on a Booster inside this process; nothing leaves the machine'
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from patch" -l no-input -d 'Never ask, whether there is a terminal or not'
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from patch" -s q -l quiet -d 'Errors and results alone'
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from patch" -s v -l verbose -d 'Say more: -v where each field came from, -vv the exchange'
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from patch" -s h -l help -d 'Print help'
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from get" -l as-patch -d 'Print a patch file that sets these fields, or all, to what they are, with what the rules require beside them' -r -f
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from get" -l format -d 'Form of the patch file: toml, json' -r -f -a "toml\t''
json\t''"
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from get" -s p -l profile -d 'Profile of the configuration' -r -f
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from get" -l config -d 'Configuration file' -r -F
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from get" -l base-url -d 'Where to send, instead of the profile\'s address' -r -f
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from get" -l timeout -d 'Seconds that one attempt may take [60 unless set]' -r -f
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from get" -s o -l output -d 'Text for a person, or one JSON document: text, json' -r -f -a "text\t''
json\t''"
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from get" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal, unless NO_COLOR or TERM=dumb speak against it'
always\t''
never\t''"
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from get" -l sandbox -d 'Try it on a Booster inside this process; nothing leaves the machine'
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from get" -l no-input -d 'Never ask, whether there is a terminal or not'
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from get" -s q -l quiet -d 'Errors and results alone'
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from get" -s v -l verbose -d 'Say more: -v where each field came from, -vv the exchange'
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from get" -s h -l help -d 'Print help'
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from edit" -l dry-run -d 'Show what would go out, and send nothing: text, http, json, curl. The exit code is 10 when something would change' -r -f -a "text\t''
http\t'Request line, headers and body, byte for byte'
json\t'The body alone'
curl\t'A command line'"
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from edit" -l confirm -d 'Answer a guard that asks, by the name of the profile; a wrong name stops' -r -f
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from edit" -l backup -d 'Keep what the fields held before as a patch file, TOML or (by its name) JSON, never overwritten; for undo, what is sent is kept as well' -r -F
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from edit" -s p -l profile -d 'Profile of the configuration' -r -f
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from edit" -l config -d 'Configuration file' -r -F
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from edit" -l base-url -d 'Where to send, instead of the profile\'s address' -r -f
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from edit" -l timeout -d 'Seconds that one attempt may take [60 unless set]' -r -f
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from edit" -s o -l output -d 'Text for a person, or one JSON document: text, json' -r -f -a "text\t''
json\t''"
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from edit" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal, unless NO_COLOR or TERM=dumb speak against it'
always\t''
never\t''"
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from edit" -l force -d 'Send even if the record has changed while it was edited'
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from edit" -l strict -d 'Take warnings for errors'
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from edit" -l unchecked -d 'Do not check what the documentation may be wrong about: missing fields, the client type'
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from edit" -l verify -d 'Read the customer again afterwards, and say which fields did not land'
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from edit" -l sandbox -d 'Try it on a Booster inside this process; nothing leaves the machine'
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from edit" -l no-input -d 'Never ask, whether there is a terminal or not'
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from edit" -s q -l quiet -d 'Errors and results alone'
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from edit" -s v -l verbose -d 'Say more: -v where each field came from, -vv the exchange'
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from edit" -s h -l help -d 'Print help'
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from check" -l id -d 'The customer whom the files must be about' -r -f
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from check" -l format -d 'Form of the files, where neither extension nor first character tells it: toml, json' -r -f -a "toml\t''
json\t''"
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from check" -s p -l profile -d 'Profile of the configuration' -r -f
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from check" -l config -d 'Configuration file' -r -F
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from check" -l base-url -d 'Where to send, instead of the profile\'s address' -r -f
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from check" -l timeout -d 'Seconds that one attempt may take [60 unless set]' -r -f
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from check" -s o -l output -d 'Text for a person, or one JSON document: text, json' -r -f -a "text\t''
json\t''"
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from check" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal, unless NO_COLOR or TERM=dumb speak against it'
always\t''
never\t''"
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from check" -l strict -d 'Take warnings for errors'
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from check" -l unchecked -d 'Do not check what the documentation may be wrong about: missing fields, the client type'
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from check" -l sandbox -d 'Try it on a Booster inside this process; nothing leaves the machine'
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from check" -l no-input -d 'Never ask, whether there is a terminal or not'
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from check" -s q -l quiet -d 'Errors and results alone'
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from check" -s v -l verbose -d 'Say more: -v where each field came from, -vv the exchange'
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help'
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from explain" -s p -l profile -d 'Profile of the configuration' -r -f
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from explain" -l config -d 'Configuration file' -r -F
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from explain" -l base-url -d 'Where to send, instead of the profile\'s address' -r -f
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from explain" -l timeout -d 'Seconds that one attempt may take [60 unless set]' -r -f
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from explain" -s o -l output -d 'Text for a person, or one JSON document: text, json' -r -f -a "text\t''
json\t''"
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from explain" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal, unless NO_COLOR or TERM=dumb speak against it'
always\t''
never\t''"
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from explain" -l sandbox -d 'Try it on a Booster inside this process; nothing leaves the machine'
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from explain" -l no-input -d 'Never ask, whether there is a terminal or not'
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from explain" -s q -l quiet -d 'Errors and results alone'
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from explain" -s v -l verbose -d 'Say more: -v where each field came from, -vv the exchange'
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from explain" -s h -l help -d 'Print help'
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from template" -l client-type -d 'PRIVATE or COMPANY; without it the fields of both are there, commented out' -r -f -a "PRIVATE\t''
COMPANY\t''"
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from template" -l format -d 'toml, with comments, or json' -r -f -a "toml\t''
json\t''"
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from template" -s p -l profile -d 'Profile of the configuration' -r -f
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from template" -l config -d 'Configuration file' -r -F
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from template" -l base-url -d 'Where to send, instead of the profile\'s address' -r -f
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from template" -l timeout -d 'Seconds that one attempt may take [60 unless set]' -r -f
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from template" -s o -l output -d 'Text for a person, or one JSON document: text, json' -r -f -a "text\t''
json\t''"
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from template" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal, unless NO_COLOR or TERM=dumb speak against it'
always\t''
never\t''"
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from template" -l sandbox -d 'Try it on a Booster inside this process; nothing leaves the machine'
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from template" -l no-input -d 'Never ask, whether there is a terminal or not'
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from template" -s q -l quiet -d 'Errors and results alone'
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from template" -s v -l verbose -d 'Say more: -v where each field came from, -vv the exchange'
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from template" -s h -l help -d 'Print help'
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from schema" -s p -l profile -d 'Profile of the configuration' -r -f
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from schema" -l config -d 'Configuration file' -r -F
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from schema" -l base-url -d 'Where to send, instead of the profile\'s address' -r -f
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from schema" -l timeout -d 'Seconds that one attempt may take [60 unless set]' -r -f
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from schema" -s o -l output -d 'Text for a person, or one JSON document: text, json' -r -f -a "text\t''
json\t''"
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from schema" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal, unless NO_COLOR or TERM=dumb speak against it'
always\t''
never\t''"
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from schema" -l sandbox -d 'Try it on a Booster inside this process; nothing leaves the machine'
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from schema" -l no-input -d 'Never ask, whether there is a terminal or not'
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from schema" -s q -l quiet -d 'Errors and results alone'
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from schema" -s v -l verbose -d 'Say more: -v where each field came from, -vv the exchange'
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from schema" -s h -l help -d 'Print help'
complete -c booster -n "__fish_booster_using_subcommand undo" -l dry-run -d 'Show what would be set back, and send nothing: text, http, json, curl. The exit code is 10 when something would' -r -f -a "text\t''
http\t'Request line, headers and body, byte for byte'
json\t'The body alone'
curl\t'A command line'"
complete -c booster -n "__fish_booster_using_subcommand undo" -l force -d 'Set back what others have changed since, too: all of it, or these fields alone' -r -f
complete -c booster -n "__fish_booster_using_subcommand undo" -l confirm -d 'Answer a guard that asks, by the name of the profile; a wrong name stops' -r -f
complete -c booster -n "__fish_booster_using_subcommand undo" -l backup -d 'Keep what the fields held before as a patch file, TOML or (by its name) JSON, never overwritten; for undo, what is sent is kept as well' -r -F
complete -c booster -n "__fish_booster_using_subcommand undo" -s p -l profile -d 'Profile of the configuration' -r -f
complete -c booster -n "__fish_booster_using_subcommand undo" -l config -d 'Configuration file' -r -F
complete -c booster -n "__fish_booster_using_subcommand undo" -l base-url -d 'Where to send, instead of the profile\'s address' -r -f
complete -c booster -n "__fish_booster_using_subcommand undo" -l timeout -d 'Seconds that one attempt may take [60 unless set]' -r -f
complete -c booster -n "__fish_booster_using_subcommand undo" -s o -l output -d 'Text for a person, or one JSON document: text, json' -r -f -a "text\t''
json\t''"
complete -c booster -n "__fish_booster_using_subcommand undo" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal, unless NO_COLOR or TERM=dumb speak against it'
always\t''
never\t''"
complete -c booster -n "__fish_booster_using_subcommand undo" -l unchecked -d 'Do not check whether a required field is missing'
complete -c booster -n "__fish_booster_using_subcommand undo" -l verify -d 'Read the customer again afterwards, and say which fields did not land'
complete -c booster -n "__fish_booster_using_subcommand undo" -l sandbox -d 'Try it on a Booster inside this process; nothing leaves the machine'
complete -c booster -n "__fish_booster_using_subcommand undo" -l no-input -d 'Never ask, whether there is a terminal or not'
complete -c booster -n "__fish_booster_using_subcommand undo" -s q -l quiet -d 'Errors and results alone'
complete -c booster -n "__fish_booster_using_subcommand undo" -s v -l verbose -d 'Say more: -v where each field came from, -vv the exchange'
complete -c booster -n "__fish_booster_using_subcommand undo" -s h -l help -d 'Print help'
complete -c booster -n "__fish_booster_using_subcommand history; and not __fish_seen_subcommand_from list show" -l limit -d 'So many runs at most' -r -f
complete -c booster -n "__fish_booster_using_subcommand history; and not __fish_seen_subcommand_from list show" -l customer -d 'The runs about this customer alone' -r -f
complete -c booster -n "__fish_booster_using_subcommand history; and not __fish_seen_subcommand_from list show" -s p -l profile -d 'Profile of the configuration' -r -f
complete -c booster -n "__fish_booster_using_subcommand history; and not __fish_seen_subcommand_from list show" -l config -d 'Configuration file' -r -F
complete -c booster -n "__fish_booster_using_subcommand history; and not __fish_seen_subcommand_from list show" -l base-url -d 'Where to send, instead of the profile\'s address' -r -f
complete -c booster -n "__fish_booster_using_subcommand history; and not __fish_seen_subcommand_from list show" -l timeout -d 'Seconds that one attempt may take [60 unless set]' -r -f
complete -c booster -n "__fish_booster_using_subcommand history; and not __fish_seen_subcommand_from list show" -s o -l output -d 'Text for a person, or one JSON document: text, json' -r -f -a "text\t''
json\t''"
complete -c booster -n "__fish_booster_using_subcommand history; and not __fish_seen_subcommand_from list show" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal, unless NO_COLOR or TERM=dumb speak against it'
always\t''
never\t''"
complete -c booster -n "__fish_booster_using_subcommand history; and not __fish_seen_subcommand_from list show" -l sandbox -d 'Try it on a Booster inside this process; nothing leaves the machine'
complete -c booster -n "__fish_booster_using_subcommand history; and not __fish_seen_subcommand_from list show" -l no-input -d 'Never ask, whether there is a terminal or not'
complete -c booster -n "__fish_booster_using_subcommand history; and not __fish_seen_subcommand_from list show" -s q -l quiet -d 'Errors and results alone'
complete -c booster -n "__fish_booster_using_subcommand history; and not __fish_seen_subcommand_from list show" -s v -l verbose -d 'Say more: -v where each field came from, -vv the exchange'
complete -c booster -n "__fish_booster_using_subcommand history; and not __fish_seen_subcommand_from list show" -s h -l help -d 'Print help'
complete -c booster -n "__fish_booster_using_subcommand history; and not __fish_seen_subcommand_from list show" -f -a "list" -d 'List what was sent, newest first'
complete -c booster -n "__fish_booster_using_subcommand history; and not __fish_seen_subcommand_from list show" -f -a "show" -d 'Show all that is known of one run'
complete -c booster -n "__fish_booster_using_subcommand history; and __fish_seen_subcommand_from list" -l limit -d 'So many runs at most' -r -f
complete -c booster -n "__fish_booster_using_subcommand history; and __fish_seen_subcommand_from list" -l customer -d 'The runs about this customer alone' -r -f
complete -c booster -n "__fish_booster_using_subcommand history; and __fish_seen_subcommand_from list" -s p -l profile -d 'Profile of the configuration' -r -f
complete -c booster -n "__fish_booster_using_subcommand history; and __fish_seen_subcommand_from list" -l config -d 'Configuration file' -r -F
complete -c booster -n "__fish_booster_using_subcommand history; and __fish_seen_subcommand_from list" -l base-url -d 'Where to send, instead of the profile\'s address' -r -f
complete -c booster -n "__fish_booster_using_subcommand history; and __fish_seen_subcommand_from list" -l timeout -d 'Seconds that one attempt may take [60 unless set]' -r -f
complete -c booster -n "__fish_booster_using_subcommand history; and __fish_seen_subcommand_from list" -s o -l output -d 'Text for a person, or one JSON document: text, json' -r -f -a "text\t''
json\t''"
complete -c booster -n "__fish_booster_using_subcommand history; and __fish_seen_subcommand_from list" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal, unless NO_COLOR or TERM=dumb speak against it'
always\t''
never\t''"
complete -c booster -n "__fish_booster_using_subcommand history; and __fish_seen_subcommand_from list" -l sandbox -d 'Try it on a Booster inside this process; nothing leaves the machine'
complete -c booster -n "__fish_booster_using_subcommand history; and __fish_seen_subcommand_from list" -l no-input -d 'Never ask, whether there is a terminal or not'
complete -c booster -n "__fish_booster_using_subcommand history; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Errors and results alone'
complete -c booster -n "__fish_booster_using_subcommand history; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say more: -v where each field came from, -vv the exchange'
complete -c booster -n "__fish_booster_using_subcommand history; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c booster -n "__fish_booster_using_subcommand history; and __fish_seen_subcommand_from show" -s p -l profile -d 'Profile of the configuration' -r -f
complete -c booster -n "__fish_booster_using_subcommand history; and __fish_seen_subcommand_from show" -l config -d 'Configuration file' -r -F
complete -c booster -n "__fish_booster_using_subcommand history; and __fish_seen_subcommand_from show" -l base-url -d 'Where to send, instead of the profile\'s address' -r -f
complete -c booster -n "__fish_booster_using_subcommand history; and __fish_seen_subcommand_from show" -l timeout -d 'Seconds that one attempt may take [60 unless set]' -r -f
complete -c booster -n "__fish_booster_using_subcommand history; and __fish_seen_subcommand_from show" -s o -l output -d 'Text for a person, or one JSON document: text, json' -r -f -a "text\t''
json\t''"
complete -c booster -n "__fish_booster_using_subcommand history; and __fish_seen_subcommand_from show" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal, unless NO_COLOR or TERM=dumb speak against it'
always\t''
never\t''"
complete -c booster -n "__fish_booster_using_subcommand history; and __fish_seen_subcommand_from show" -l sandbox -d 'Try it on a Booster inside this process; nothing leaves the machine'
complete -c booster -n "__fish_booster_using_subcommand history; and __fish_seen_subcommand_from show" -l no-input -d 'Never ask, whether there is a terminal or not'
complete -c booster -n "__fish_booster_using_subcommand history; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Errors and results alone'
complete -c booster -n "__fish_booster_using_subcommand history; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Say more: -v where each field came from, -vv the exchange'
complete -c booster -n "__fish_booster_using_subcommand history; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help'
complete -c booster -n "__fish_booster_using_subcommand auth; and not __fish_seen_subcommand_from login logout status switch" -s p -l profile -d 'Profile of the configuration' -r -f
complete -c booster -n "__fish_booster_using_subcommand auth; and not __fish_seen_subcommand_from login logout status switch" -l config -d 'Configuration file' -r -F
complete -c booster -n "__fish_booster_using_subcommand auth; and not __fish_seen_subcommand_from login logout status switch" -l base-url -d 'Where to send, instead of the profile\'s address' -r -f
complete -c booster -n "__fish_booster_using_subcommand auth; and not __fish_seen_subcommand_from login logout status switch" -l timeout -d 'Seconds that one attempt may take [60 unless set]' -r -f
complete -c booster -n "__fish_booster_using_subcommand auth; and not __fish_seen_subcommand_from login logout status switch" -s o -l output -d 'Text for a person, or one JSON document: text, json' -r -f -a "text\t''
json\t''"
complete -c booster -n "__fish_booster_using_subcommand auth; and not __fish_seen_subcommand_from login logout status switch" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal, unless NO_COLOR or TERM=dumb speak against it'
always\t''
never\t''"
complete -c booster -n "__fish_booster_using_subcommand auth; and not __fish_seen_subcommand_from login logout status switch" -l sandbox -d 'Try it on a Booster inside this process; nothing leaves the machine'
complete -c booster -n "__fish_booster_using_subcommand auth; and not __fish_seen_subcommand_from login logout status switch" -l no-input -d 'Never ask, whether there is a terminal or not'
complete -c booster -n "__fish_booster_using_subcommand auth; and not __fish_seen_subcommand_from login logout status switch" -s q -l quiet -d 'Errors and results alone'
complete -c booster -n "__fish_booster_using_subcommand auth; and not __fish_seen_subcommand_from login logout status switch" -s v -l verbose -d 'Say more: -v where each field came from, -vv the exchange'
complete -c booster -n "__fish_booster_using_subcommand auth; and not __fish_seen_subcommand_from login logout status switch" -s h -l help -d 'Print help'
complete -c booster -n "__fish_booster_using_subcommand auth; and not __fish_seen_subcommand_from login logout status switch" -f -a "login" -d 'Sign in: ask for the secret, try it, and keep it'
complete -c booster -n "__fish_booster_using_subcommand auth; and not __fish_seen_subcommand_from login logout status switch" -f -a "logout" -d 'Sign out: remove what is kept for the profile and its address'
complete -c booster -n "__fish_booster_using_subcommand auth; and not __fish_seen_subcommand_from login logout status switch" -f -a "status" -d 'Show who is signed in, and until when; never a part of the secret'
complete -c booster -n "__fish_booster_using_subcommand auth; and not __fish_seen_subcommand_from login logout status switch" -f -a "switch" -d 'Make another profile the default'
complete -c booster -n "__fish_booster_using_subcommand auth; and __fish_seen_subcommand_from login" -l username -d 'The user, where the profile names none: kinds basic and credentials' -r -f
complete -c booster -n "__fish_booster_using_subcommand auth; and __fish_seen_subcommand_from login" -s p -l profile -d 'Profile of the configuration' -r -f
complete -c booster -n "__fish_booster_using_subcommand auth; and __fish_seen_subcommand_from login" -l config -d 'Configuration file' -r -F
complete -c booster -n "__fish_booster_using_subcommand auth; and __fish_seen_subcommand_from login" -l base-url -d 'Where to send, instead of the profile\'s address' -r -f
complete -c booster -n "__fish_booster_using_subcommand auth; and __fish_seen_subcommand_from login" -l timeout -d 'Seconds that one attempt may take [60 unless set]' -r -f
complete -c booster -n "__fish_booster_using_subcommand auth; and __fish_seen_subcommand_from login" -s o -l output -d 'Text for a person, or one JSON document: text, json' -r -f -a "text\t''
json\t''"
complete -c booster -n "__fish_booster_using_subcommand auth; and __fish_seen_subcommand_from login" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal, unless NO_COLOR or TERM=dumb speak against it'
always\t''
never\t''"
complete -c booster -n "__fish_booster_using_subcommand auth; and __fish_seen_subcommand_from login" -l with-token -d 'Read a token or an API key from standard input'
complete -c booster -n "__fish_booster_using_subcommand auth; and __fish_seen_subcommand_from login" -l with-password -d 'Read a password or a client secret from standard input'
complete -c booster -n "__fish_booster_using_subcommand auth; and __fish_seen_subcommand_from login" -l sandbox -d 'Try it on a Booster inside this process; nothing leaves the machine'
complete -c booster -n "__fish_booster_using_subcommand auth; and __fish_seen_subcommand_from login" -l no-input -d 'Never ask, whether there is a terminal or not'
complete -c booster -n "__fish_booster_using_subcommand auth; and __fish_seen_subcommand_from login" -s q -l quiet -d 'Errors and results alone'
complete -c booster -n "__fish_booster_using_subcommand auth; and __fish_seen_subcommand_from login" -s v -l verbose -d 'Say more: -v where each field came from, -vv the exchange'
complete -c booster -n "__fish_booster_using_subcommand auth; and __fish_seen_subcommand_from login" -s h -l help -d 'Print help'
complete -c booster -n "__fish_booster_using_subcommand auth; and __fish_seen_subcommand_from logout" -s p -l profile -d 'Profile of the configuration' -r -f
complete -c booster -n "__fish_booster_using_subcommand auth; and __fish_seen_subcommand_from logout" -l config -d 'Configuration file' -r -F
complete -c booster -n "__fish_booster_using_subcommand auth; and __fish_seen_subcommand_from logout" -l base-url -d 'Where to send, instead of the profile\'s address' -r -f
complete -c booster -n "__fish_booster_using_subcommand auth; and __fish_seen_subcommand_from logout" -l timeout -d 'Seconds that one attempt may take [60 unless set]' -r -f
complete -c booster -n "__fish_booster_using_subcommand auth; and __fish_seen_subcommand_from logout" -s o -l output -d 'Text for a person, or one JSON document: text, json' -r -f -a "text\t''
json\t''"
complete -c booster -n "__fish_booster_using_subcommand auth; and __fish_seen_subcommand_from logout" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal, unless NO_COLOR or TERM=dumb speak against it'
always\t''
never\t''"
complete -c booster -n "__fish_booster_using_subcommand auth; and __fish_seen_subcommand_from logout" -l sandbox -d 'Try it on a Booster inside this process; nothing leaves the machine'
complete -c booster -n "__fish_booster_using_subcommand auth; and __fish_seen_subcommand_from logout" -l no-input -d 'Never ask, whether there is a terminal or not'
complete -c booster -n "__fish_booster_using_subcommand auth; and __fish_seen_subcommand_from logout" -s q -l quiet -d 'Errors and results alone'
complete -c booster -n "__fish_booster_using_subcommand auth; and __fish_seen_subcommand_from logout" -s v -l verbose -d 'Say more: -v where each field came from, -vv the exchange'
complete -c booster -n "__fish_booster_using_subcommand auth; and __fish_seen_subcommand_from logout" -s h -l help -d 'Print help'
complete -c booster -n "__fish_booster_using_subcommand auth; and __fish_seen_subcommand_from status" -s p -l profile -d 'Profile of the configuration' -r -f
complete -c booster -n "__fish_booster_using_subcommand auth; and __fish_seen_subcommand_from status" -l config -d 'Configuration file' -r -F
complete -c booster -n "__fish_booster_using_subcommand auth; and __fish_seen_subcommand_from status" -l base-url -d 'Where to send, instead of the profile\'s address' -r -f
complete -c booster -n "__fish_booster_using_subcommand auth; and __fish_seen_subcommand_from status" -l timeout -d 'Seconds that one attempt may take [60 unless set]' -r -f
complete -c booster -n "__fish_booster_using_subcommand auth; and __fish_seen_subcommand_from status" -s o -l output -d 'Text for a person, or one JSON document: text, json' -r -f -a "text\t''
json\t''"
complete -c booster -n "__fish_booster_using_subcommand auth; and __fish_seen_subcommand_from status" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal, unless NO_COLOR or TERM=dumb speak against it'
always\t''
never\t''"
complete -c booster -n "__fish_booster_using_subcommand auth; and __fish_seen_subcommand_from status" -l sandbox -d 'Try it on a Booster inside this process; nothing leaves the machine'
complete -c booster -n "__fish_booster_using_subcommand auth; and __fish_seen_subcommand_from status" -l no-input -d 'Never ask, whether there is a terminal or not'
complete -c booster -n "__fish_booster_using_subcommand auth; and __fish_seen_subcommand_from status" -s q -l quiet -d 'Errors and results alone'
complete -c booster -n "__fish_booster_using_subcommand auth; and __fish_seen_subcommand_from status" -s v -l verbose -d 'Say more: -v where each field came from, -vv the exchange'
complete -c booster -n "__fish_booster_using_subcommand auth; and __fish_seen_subcommand_from status" -s h -l help -d 'Print help'
complete -c booster -n "__fish_booster_using_subcommand auth; and __fish_seen_subcommand_from switch" -s p -l profile -d 'Profile of the configuration' -r -f
complete -c booster -n "__fish_booster_using_subcommand auth; and __fish_seen_subcommand_from switch" -l config -d 'Configuration file' -r -F
complete -c booster -n "__fish_booster_using_subcommand auth; and __fish_seen_subcommand_from switch" -l base-url -d 'Where to send, instead of the profile\'s address' -r -f
complete -c booster -n "__fish_booster_using_subcommand auth; and __fish_seen_subcommand_from switch" -l timeout -d 'Seconds that one attempt may take [60 unless set]' -r -f
complete -c booster -n "__fish_booster_using_subcommand auth; and __fish_seen_subcommand_from switch" -s o -l output -d 'Text for a person, or one JSON document: text, json' -r -f -a "text\t''
json\t''"
complete -c booster -n "__fish_booster_using_subcommand auth; and __fish_seen_subcommand_from switch" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal, unless NO_COLOR or TERM=dumb speak against it'
always\t''
never\t''"
complete -c booster -n "__fish_booster_using_subcommand auth; and __fish_seen_subcommand_from switch" -l sandbox -d 'Try it on a Booster inside this process; nothing leaves the machine'
complete -c booster -n "__fish_booster_using_subcommand auth; and __fish_seen_subcommand_from switch" -l no-input -d 'Never ask, whether there is a terminal or not'
complete -c booster -n "__fish_booster_using_subcommand auth; and __fish_seen_subcommand_from switch" -s q -l quiet -d 'Errors and results alone'
complete -c booster -n "__fish_booster_using_subcommand auth; and __fish_seen_subcommand_from switch" -s v -l verbose -d 'Say more: -v where each field came from, -vv the exchange'
complete -c booster -n "__fish_booster_using_subcommand auth; and __fish_seen_subcommand_from switch" -s h -l help -d 'Print help'
complete -c booster -n "__fish_booster_using_subcommand config; and not __fish_seen_subcommand_from path init check" -s p -l profile -d 'Profile of the configuration' -r -f
complete -c booster -n "__fish_booster_using_subcommand config; and not __fish_seen_subcommand_from path init check" -l config -d 'Configuration file' -r -F
complete -c booster -n "__fish_booster_using_subcommand config; and not __fish_seen_subcommand_from path init check" -l base-url -d 'Where to send, instead of the profile\'s address' -r -f
complete -c booster -n "__fish_booster_using_subcommand config; and not __fish_seen_subcommand_from path init check" -l timeout -d 'Seconds that one attempt may take [60 unless set]' -r -f
complete -c booster -n "__fish_booster_using_subcommand config; and not __fish_seen_subcommand_from path init check" -s o -l output -d 'Text for a person, or one JSON document: text, json' -r -f -a "text\t''
json\t''"
complete -c booster -n "__fish_booster_using_subcommand config; and not __fish_seen_subcommand_from path init check" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal, unless NO_COLOR or TERM=dumb speak against it'
always\t''
never\t''"
complete -c booster -n "__fish_booster_using_subcommand config; and not __fish_seen_subcommand_from path init check" -l sandbox -d 'Try it on a Booster inside this process; nothing leaves the machine'
complete -c booster -n "__fish_booster_using_subcommand config; and not __fish_seen_subcommand_from path init check" -l no-input -d 'Never ask, whether there is a terminal or not'
complete -c booster -n "__fish_booster_using_subcommand config; and not __fish_seen_subcommand_from path init check" -s q -l quiet -d 'Errors and results alone'
complete -c booster -n "__fish_booster_using_subcommand config; and not __fish_seen_subcommand_from path init check" -s v -l verbose -d 'Say more: -v where each field came from, -vv the exchange'
complete -c booster -n "__fish_booster_using_subcommand config; and not __fish_seen_subcommand_from path init check" -s h -l help -d 'Print help'
complete -c booster -n "__fish_booster_using_subcommand config; and not __fish_seen_subcommand_from path init check" -f -a "path" -d 'Print where the configuration file lies'
complete -c booster -n "__fish_booster_using_subcommand config; and not __fish_seen_subcommand_from path init check" -f -a "init" -d 'Write a configuration to begin with; an existing one is never overwritten'
complete -c booster -n "__fish_booster_using_subcommand config; and not __fish_seen_subcommand_from path init check" -f -a "check" -d 'Check the configuration file and every profile in it'
complete -c booster -n "__fish_booster_using_subcommand config; and __fish_seen_subcommand_from path" -s p -l profile -d 'Profile of the configuration' -r -f
complete -c booster -n "__fish_booster_using_subcommand config; and __fish_seen_subcommand_from path" -l config -d 'Configuration file' -r -F
complete -c booster -n "__fish_booster_using_subcommand config; and __fish_seen_subcommand_from path" -l base-url -d 'Where to send, instead of the profile\'s address' -r -f
complete -c booster -n "__fish_booster_using_subcommand config; and __fish_seen_subcommand_from path" -l timeout -d 'Seconds that one attempt may take [60 unless set]' -r -f
complete -c booster -n "__fish_booster_using_subcommand config; and __fish_seen_subcommand_from path" -s o -l output -d 'Text for a person, or one JSON document: text, json' -r -f -a "text\t''
json\t''"
complete -c booster -n "__fish_booster_using_subcommand config; and __fish_seen_subcommand_from path" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal, unless NO_COLOR or TERM=dumb speak against it'
always\t''
never\t''"
complete -c booster -n "__fish_booster_using_subcommand config; and __fish_seen_subcommand_from path" -l sandbox -d 'Try it on a Booster inside this process; nothing leaves the machine'
complete -c booster -n "__fish_booster_using_subcommand config; and __fish_seen_subcommand_from path" -l no-input -d 'Never ask, whether there is a terminal or not'
complete -c booster -n "__fish_booster_using_subcommand config; and __fish_seen_subcommand_from path" -s q -l quiet -d 'Errors and results alone'
complete -c booster -n "__fish_booster_using_subcommand config; and __fish_seen_subcommand_from path" -s v -l verbose -d 'Say more: -v where each field came from, -vv the exchange'
complete -c booster -n "__fish_booster_using_subcommand config; and __fish_seen_subcommand_from path" -s h -l help -d 'Print help'
complete -c booster -n "__fish_booster_using_subcommand config; and __fish_seen_subcommand_from init" -s p -l profile -d 'Profile of the configuration' -r -f
complete -c booster -n "__fish_booster_using_subcommand config; and __fish_seen_subcommand_from init" -l config -d 'Configuration file' -r -F
complete -c booster -n "__fish_booster_using_subcommand config; and __fish_seen_subcommand_from init" -l base-url -d 'Where to send, instead of the profile\'s address' -r -f
complete -c booster -n "__fish_booster_using_subcommand config; and __fish_seen_subcommand_from init" -l timeout -d 'Seconds that one attempt may take [60 unless set]' -r -f
complete -c booster -n "__fish_booster_using_subcommand config; and __fish_seen_subcommand_from init" -s o -l output -d 'Text for a person, or one JSON document: text, json' -r -f -a "text\t''
json\t''"
complete -c booster -n "__fish_booster_using_subcommand config; and __fish_seen_subcommand_from init" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal, unless NO_COLOR or TERM=dumb speak against it'
always\t''
never\t''"
complete -c booster -n "__fish_booster_using_subcommand config; and __fish_seen_subcommand_from init" -l sandbox -d 'Try it on a Booster inside this process; nothing leaves the machine'
complete -c booster -n "__fish_booster_using_subcommand config; and __fish_seen_subcommand_from init" -l no-input -d 'Never ask, whether there is a terminal or not'
complete -c booster -n "__fish_booster_using_subcommand config; and __fish_seen_subcommand_from init" -s q -l quiet -d 'Errors and results alone'
complete -c booster -n "__fish_booster_using_subcommand config; and __fish_seen_subcommand_from init" -s v -l verbose -d 'Say more: -v where each field came from, -vv the exchange'
complete -c booster -n "__fish_booster_using_subcommand config; and __fish_seen_subcommand_from init" -s h -l help -d 'Print help'
complete -c booster -n "__fish_booster_using_subcommand config; and __fish_seen_subcommand_from check" -s p -l profile -d 'Profile of the configuration' -r -f
complete -c booster -n "__fish_booster_using_subcommand config; and __fish_seen_subcommand_from check" -l config -d 'Configuration file' -r -F
complete -c booster -n "__fish_booster_using_subcommand config; and __fish_seen_subcommand_from check" -l base-url -d 'Where to send, instead of the profile\'s address' -r -f
complete -c booster -n "__fish_booster_using_subcommand config; and __fish_seen_subcommand_from check" -l timeout -d 'Seconds that one attempt may take [60 unless set]' -r -f
complete -c booster -n "__fish_booster_using_subcommand config; and __fish_seen_subcommand_from check" -s o -l output -d 'Text for a person, or one JSON document: text, json' -r -f -a "text\t''
json\t''"
complete -c booster -n "__fish_booster_using_subcommand config; and __fish_seen_subcommand_from check" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal, unless NO_COLOR or TERM=dumb speak against it'
always\t''
never\t''"
complete -c booster -n "__fish_booster_using_subcommand config; and __fish_seen_subcommand_from check" -l sandbox -d 'Try it on a Booster inside this process; nothing leaves the machine'
complete -c booster -n "__fish_booster_using_subcommand config; and __fish_seen_subcommand_from check" -l no-input -d 'Never ask, whether there is a terminal or not'
complete -c booster -n "__fish_booster_using_subcommand config; and __fish_seen_subcommand_from check" -s q -l quiet -d 'Errors and results alone'
complete -c booster -n "__fish_booster_using_subcommand config; and __fish_seen_subcommand_from check" -s v -l verbose -d 'Say more: -v where each field came from, -vv the exchange'
complete -c booster -n "__fish_booster_using_subcommand config; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help'
complete -c booster -n "__fish_booster_using_subcommand profile; and not __fish_seen_subcommand_from list show use add remove" -s p -l profile -d 'Profile of the configuration' -r -f
complete -c booster -n "__fish_booster_using_subcommand profile; and not __fish_seen_subcommand_from list show use add remove" -l config -d 'Configuration file' -r -F
complete -c booster -n "__fish_booster_using_subcommand profile; and not __fish_seen_subcommand_from list show use add remove" -l base-url -d 'Where to send, instead of the profile\'s address' -r -f
complete -c booster -n "__fish_booster_using_subcommand profile; and not __fish_seen_subcommand_from list show use add remove" -l timeout -d 'Seconds that one attempt may take [60 unless set]' -r -f
complete -c booster -n "__fish_booster_using_subcommand profile; and not __fish_seen_subcommand_from list show use add remove" -s o -l output -d 'Text for a person, or one JSON document: text, json' -r -f -a "text\t''
json\t''"
complete -c booster -n "__fish_booster_using_subcommand profile; and not __fish_seen_subcommand_from list show use add remove" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal, unless NO_COLOR or TERM=dumb speak against it'
always\t''
never\t''"
complete -c booster -n "__fish_booster_using_subcommand profile; and not __fish_seen_subcommand_from list show use add remove" -l sandbox -d 'Try it on a Booster inside this process; nothing leaves the machine'
complete -c booster -n "__fish_booster_using_subcommand profile; and not __fish_seen_subcommand_from list show use add remove" -l no-input -d 'Never ask, whether there is a terminal or not'
complete -c booster -n "__fish_booster_using_subcommand profile; and not __fish_seen_subcommand_from list show use add remove" -s q -l quiet -d 'Errors and results alone'
complete -c booster -n "__fish_booster_using_subcommand profile; and not __fish_seen_subcommand_from list show use add remove" -s v -l verbose -d 'Say more: -v where each field came from, -vv the exchange'
complete -c booster -n "__fish_booster_using_subcommand profile; and not __fish_seen_subcommand_from list show use add remove" -s h -l help -d 'Print help'
complete -c booster -n "__fish_booster_using_subcommand profile; and not __fish_seen_subcommand_from list show use add remove" -f -a "list" -d 'List the profiles'
complete -c booster -n "__fish_booster_using_subcommand profile; and not __fish_seen_subcommand_from list show use add remove" -f -a "show" -d 'Show what a profile comes to, and where each value is from'
complete -c booster -n "__fish_booster_using_subcommand profile; and not __fish_seen_subcommand_from list show use add remove" -f -a "use" -d 'Make a profile the default'
complete -c booster -n "__fish_booster_using_subcommand profile; and not __fish_seen_subcommand_from list show use add remove" -f -a "add" -d 'Add a profile'
complete -c booster -n "__fish_booster_using_subcommand profile; and not __fish_seen_subcommand_from list show use add remove" -f -a "remove" -d 'Remove a profile'
complete -c booster -n "__fish_booster_using_subcommand profile; and __fish_seen_subcommand_from list" -s p -l profile -d 'Profile of the configuration' -r -f
complete -c booster -n "__fish_booster_using_subcommand profile; and __fish_seen_subcommand_from list" -l config -d 'Configuration file' -r -F
complete -c booster -n "__fish_booster_using_subcommand profile; and __fish_seen_subcommand_from list" -l base-url -d 'Where to send, instead of the profile\'s address' -r -f
complete -c booster -n "__fish_booster_using_subcommand profile; and __fish_seen_subcommand_from list" -l timeout -d 'Seconds that one attempt may take [60 unless set]' -r -f
complete -c booster -n "__fish_booster_using_subcommand profile; and __fish_seen_subcommand_from list" -s o -l output -d 'Text for a person, or one JSON document: text, json' -r -f -a "text\t''
json\t''"
complete -c booster -n "__fish_booster_using_subcommand profile; and __fish_seen_subcommand_from list" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal, unless NO_COLOR or TERM=dumb speak against it'
always\t''
never\t''"
complete -c booster -n "__fish_booster_using_subcommand profile; and __fish_seen_subcommand_from list" -l sandbox -d 'Try it on a Booster inside this process; nothing leaves the machine'
complete -c booster -n "__fish_booster_using_subcommand profile; and __fish_seen_subcommand_from list" -l no-input -d 'Never ask, whether there is a terminal or not'
complete -c booster -n "__fish_booster_using_subcommand profile; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Errors and results alone'
complete -c booster -n "__fish_booster_using_subcommand profile; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say more: -v where each field came from, -vv the exchange'
complete -c booster -n "__fish_booster_using_subcommand profile; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c booster -n "__fish_booster_using_subcommand profile; and __fish_seen_subcommand_from show" -s p -l profile -d 'Profile of the configuration' -r -f
complete -c booster -n "__fish_booster_using_subcommand profile; and __fish_seen_subcommand_from show" -l config -d 'Configuration file' -r -F
complete -c booster -n "__fish_booster_using_subcommand profile; and __fish_seen_subcommand_from show" -l base-url -d 'Where to send, instead of the profile\'s address' -r -f
complete -c booster -n "__fish_booster_using_subcommand profile; and __fish_seen_subcommand_from show" -l timeout -d 'Seconds that one attempt may take [60 unless set]' -r -f
complete -c booster -n "__fish_booster_using_subcommand profile; and __fish_seen_subcommand_from show" -s o -l output -d 'Text for a person, or one JSON document: text, json' -r -f -a "text\t''
json\t''"
complete -c booster -n "__fish_booster_using_subcommand profile; and __fish_seen_subcommand_from show" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal, unless NO_COLOR or TERM=dumb speak against it'
always\t''
never\t''"
complete -c booster -n "__fish_booster_using_subcommand profile; and __fish_seen_subcommand_from show" -l sandbox -d 'Try it on a Booster inside this process; nothing leaves the machine'
complete -c booster -n "__fish_booster_using_subcommand profile; and __fish_seen_subcommand_from show" -l no-input -d 'Never ask, whether there is a terminal or not'
complete -c booster -n "__fish_booster_using_subcommand profile; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Errors and results alone'
complete -c booster -n "__fish_booster_using_subcommand profile; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Say more: -v where each field came from, -vv the exchange'
complete -c booster -n "__fish_booster_using_subcommand profile; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help'
complete -c booster -n "__fish_booster_using_subcommand profile; and __fish_seen_subcommand_from use" -s p -l profile -d 'Profile of the configuration' -r -f
complete -c booster -n "__fish_booster_using_subcommand profile; and __fish_seen_subcommand_from use" -l config -d 'Configuration file' -r -F
complete -c booster -n "__fish_booster_using_subcommand profile; and __fish_seen_subcommand_from use" -l base-url -d 'Where to send, instead of the profile\'s address' -r -f
complete -c booster -n "__fish_booster_using_subcommand profile; and __fish_seen_subcommand_from use" -l timeout -d 'Seconds that one attempt may take [60 unless set]' -r -f
complete -c booster -n "__fish_booster_using_subcommand profile; and __fish_seen_subcommand_from use" -s o -l output -d 'Text for a person, or one JSON document: text, json' -r -f -a "text\t''
json\t''"
complete -c booster -n "__fish_booster_using_subcommand profile; and __fish_seen_subcommand_from use" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal, unless NO_COLOR or TERM=dumb speak against it'
always\t''
never\t''"
complete -c booster -n "__fish_booster_using_subcommand profile; and __fish_seen_subcommand_from use" -l sandbox -d 'Try it on a Booster inside this process; nothing leaves the machine'
complete -c booster -n "__fish_booster_using_subcommand profile; and __fish_seen_subcommand_from use" -l no-input -d 'Never ask, whether there is a terminal or not'
complete -c booster -n "__fish_booster_using_subcommand profile; and __fish_seen_subcommand_from use" -s q -l quiet -d 'Errors and results alone'
complete -c booster -n "__fish_booster_using_subcommand profile; and __fish_seen_subcommand_from use" -s v -l verbose -d 'Say more: -v where each field came from, -vv the exchange'
complete -c booster -n "__fish_booster_using_subcommand profile; and __fish_seen_subcommand_from use" -s h -l help -d 'Print help'
complete -c booster -n "__fish_booster_using_subcommand profile; and __fish_seen_subcommand_from add" -l auth -d 'How it signs in' -r -f -a "none\t''
bearer\t''
basic\t''
api-key\t''
credentials\t''
oauth2-client\t''"
complete -c booster -n "__fish_booster_using_subcommand profile; and __fish_seen_subcommand_from add" -l username -d 'The user that it signs in' -r -f
complete -c booster -n "__fish_booster_using_subcommand profile; and __fish_seen_subcommand_from add" -l guard -d 'What stands between a command and the service' -r -f -a "open\t'Every patch may go'
confirm\t'A person says yes to each, or `--confirm` names the profile'
read-only\t'No patch ever goes'"
complete -c booster -n "__fish_booster_using_subcommand profile; and __fish_seen_subcommand_from add" -l environment -d 'What the service is for' -r -f -a "production\t''
staging\t''
test\t''
development\t''"
complete -c booster -n "__fish_booster_using_subcommand profile; and __fish_seen_subcommand_from add" -l ca-file -d 'PEM certificates to trust' -r -F
complete -c booster -n "__fish_booster_using_subcommand profile; and __fish_seen_subcommand_from add" -l client-cert -d 'PEM certificate to present, with its chain' -r -F
complete -c booster -n "__fish_booster_using_subcommand profile; and __fish_seen_subcommand_from add" -l client-key -d 'PEM key of that certificate [the same file]' -r -F
complete -c booster -n "__fish_booster_using_subcommand profile; and __fish_seen_subcommand_from add" -l set -d 'Another key of the profile; may be repeated' -r -f
complete -c booster -n "__fish_booster_using_subcommand profile; and __fish_seen_subcommand_from add" -s p -l profile -d 'Profile of the configuration' -r -f
complete -c booster -n "__fish_booster_using_subcommand profile; and __fish_seen_subcommand_from add" -l config -d 'Configuration file' -r -F
complete -c booster -n "__fish_booster_using_subcommand profile; and __fish_seen_subcommand_from add" -l base-url -d 'Where to send, instead of the profile\'s address' -r -f
complete -c booster -n "__fish_booster_using_subcommand profile; and __fish_seen_subcommand_from add" -l timeout -d 'Seconds that one attempt may take [60 unless set]' -r -f
complete -c booster -n "__fish_booster_using_subcommand profile; and __fish_seen_subcommand_from add" -s o -l output -d 'Text for a person, or one JSON document: text, json' -r -f -a "text\t''
json\t''"
complete -c booster -n "__fish_booster_using_subcommand profile; and __fish_seen_subcommand_from add" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal, unless NO_COLOR or TERM=dumb speak against it'
always\t''
never\t''"
complete -c booster -n "__fish_booster_using_subcommand profile; and __fish_seen_subcommand_from add" -l sandbox -d 'Try it on a Booster inside this process; nothing leaves the machine'
complete -c booster -n "__fish_booster_using_subcommand profile; and __fish_seen_subcommand_from add" -l no-input -d 'Never ask, whether there is a terminal or not'
complete -c booster -n "__fish_booster_using_subcommand profile; and __fish_seen_subcommand_from add" -s q -l quiet -d 'Errors and results alone'
complete -c booster -n "__fish_booster_using_subcommand profile; and __fish_seen_subcommand_from add" -s v -l verbose -d 'Say more: -v where each field came from, -vv the exchange'
complete -c booster -n "__fish_booster_using_subcommand profile; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help'
complete -c booster -n "__fish_booster_using_subcommand profile; and __fish_seen_subcommand_from remove" -s p -l profile -d 'Profile of the configuration' -r -f
complete -c booster -n "__fish_booster_using_subcommand profile; and __fish_seen_subcommand_from remove" -l config -d 'Configuration file' -r -F
complete -c booster -n "__fish_booster_using_subcommand profile; and __fish_seen_subcommand_from remove" -l base-url -d 'Where to send, instead of the profile\'s address' -r -f
complete -c booster -n "__fish_booster_using_subcommand profile; and __fish_seen_subcommand_from remove" -l timeout -d 'Seconds that one attempt may take [60 unless set]' -r -f
complete -c booster -n "__fish_booster_using_subcommand profile; and __fish_seen_subcommand_from remove" -s o -l output -d 'Text for a person, or one JSON document: text, json' -r -f -a "text\t''
json\t''"
complete -c booster -n "__fish_booster_using_subcommand profile; and __fish_seen_subcommand_from remove" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal, unless NO_COLOR or TERM=dumb speak against it'
always\t''
never\t''"
complete -c booster -n "__fish_booster_using_subcommand profile; and __fish_seen_subcommand_from remove" -l force -d 'Remove it even if it is the default, or somebody is signed in to it'
complete -c booster -n "__fish_booster_using_subcommand profile; and __fish_seen_subcommand_from remove" -l sandbox -d 'Try it on a Booster inside this process; nothing leaves the machine'
complete -c booster -n "__fish_booster_using_subcommand profile; and __fish_seen_subcommand_from remove" -l no-input -d 'Never ask, whether there is a terminal or not'
complete -c booster -n "__fish_booster_using_subcommand profile; and __fish_seen_subcommand_from remove" -s q -l quiet -d 'Errors and results alone'
complete -c booster -n "__fish_booster_using_subcommand profile; and __fish_seen_subcommand_from remove" -s v -l verbose -d 'Say more: -v where each field came from, -vv the exchange'
complete -c booster -n "__fish_booster_using_subcommand profile; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help'
complete -c booster -n "__fish_booster_using_subcommand doctor" -s p -l profile -d 'Profile of the configuration' -r -f
complete -c booster -n "__fish_booster_using_subcommand doctor" -l config -d 'Configuration file' -r -F
complete -c booster -n "__fish_booster_using_subcommand doctor" -l base-url -d 'Where to send, instead of the profile\'s address' -r -f
complete -c booster -n "__fish_booster_using_subcommand doctor" -l timeout -d 'Seconds that one attempt may take [60 unless set]' -r -f
complete -c booster -n "__fish_booster_using_subcommand doctor" -s o -l output -d 'Text for a person, or one JSON document: text, json' -r -f -a "text\t''
json\t''"
complete -c booster -n "__fish_booster_using_subcommand doctor" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal, unless NO_COLOR or TERM=dumb speak against it'
always\t''
never\t''"
complete -c booster -n "__fish_booster_using_subcommand doctor" -l sandbox -d 'Try it on a Booster inside this process; nothing leaves the machine'
complete -c booster -n "__fish_booster_using_subcommand doctor" -l no-input -d 'Never ask, whether there is a terminal or not'
complete -c booster -n "__fish_booster_using_subcommand doctor" -s q -l quiet -d 'Errors and results alone'
complete -c booster -n "__fish_booster_using_subcommand doctor" -s v -l verbose -d 'Say more: -v where each field came from, -vv the exchange'
complete -c booster -n "__fish_booster_using_subcommand doctor" -s h -l help -d 'Print help'
complete -c booster -n "__fish_booster_using_subcommand sandbox" -l port -d 'The port to listen on; 0 takes any free one' -r -f
complete -c booster -n "__fish_booster_using_subcommand sandbox" -l data -d 'Keep the customers in this JSON file, from one start to the next' -r -F
complete -c booster -n "__fish_booster_using_subcommand sandbox" -l host -d 'The host to behave like' -r -f -a "default\t'Answers 200 and silently drops what does not fit'
strict\t'Answers 400 to a value that does not fit'
rules\t'Answers 400 when a field is missing that the API page requires'
token-cookie\t'Keeps its tokens in cookies, and renews them by itself'
session\t'Gives no tokens: a sign-in is a session in cookies (not recorded)'"
complete -c booster -n "__fish_booster_using_subcommand sandbox" -l token-life -d 'How long tokens and sessions last, instead of days' -r -f
complete -c booster -n "__fish_booster_using_subcommand sandbox" -l api-key-header -d 'Take the key in this header too, as a gateway before the service may' -r -f
complete -c booster -n "__fish_booster_using_subcommand sandbox" -l fault -d 'Rehearse a failure: a status such as 503 (with retry-after=SECONDS), slow=SECONDS, cut, cut-body, html, drop=FIELD, lag=SECONDS, lack=FIELD, mistype=FIELD, change=FIELD, other-id, array, huge or error-code, each with times=N for the first N requests alone, and with on=read or on=patch for these requests alone' -r -f
complete -c booster -n "__fish_booster_using_subcommand sandbox" -s p -l profile -d 'Profile of the configuration' -r -f
complete -c booster -n "__fish_booster_using_subcommand sandbox" -l config -d 'Configuration file' -r -F
complete -c booster -n "__fish_booster_using_subcommand sandbox" -l base-url -d 'Where to send, instead of the profile\'s address' -r -f
complete -c booster -n "__fish_booster_using_subcommand sandbox" -l timeout -d 'Seconds that one attempt may take [60 unless set]' -r -f
complete -c booster -n "__fish_booster_using_subcommand sandbox" -s o -l output -d 'Text for a person, or one JSON document: text, json' -r -f -a "text\t''
json\t''"
complete -c booster -n "__fish_booster_using_subcommand sandbox" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal, unless NO_COLOR or TERM=dumb speak against it'
always\t''
never\t''"
complete -c booster -n "__fish_booster_using_subcommand sandbox" -l sign-in -d 'Let nobody in who does not sign in, as ada with the password "correct horse" or with the key key-ada-0123456789'
complete -c booster -n "__fish_booster_using_subcommand sandbox" -l sandbox -d 'Try it on a Booster inside this process; nothing leaves the machine'
complete -c booster -n "__fish_booster_using_subcommand sandbox" -l no-input -d 'Never ask, whether there is a terminal or not'
complete -c booster -n "__fish_booster_using_subcommand sandbox" -s q -l quiet -d 'Errors and results alone'
complete -c booster -n "__fish_booster_using_subcommand sandbox" -s v -l verbose -d 'Say more: -v where each field came from, -vv the exchange'
complete -c booster -n "__fish_booster_using_subcommand sandbox" -s h -l help -d 'Print help'
complete -c booster -n "__fish_booster_using_subcommand completions" -s p -l profile -d 'Profile of the configuration' -r -f
complete -c booster -n "__fish_booster_using_subcommand completions" -l config -d 'Configuration file' -r -F
complete -c booster -n "__fish_booster_using_subcommand completions" -l base-url -d 'Where to send, instead of the profile\'s address' -r -f
complete -c booster -n "__fish_booster_using_subcommand completions" -l timeout -d 'Seconds that one attempt may take [60 unless set]' -r -f
complete -c booster -n "__fish_booster_using_subcommand completions" -s o -l output -d 'Text for a person, or one JSON document: text, json' -r -f -a "text\t''
json\t''"
complete -c booster -n "__fish_booster_using_subcommand completions" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal, unless NO_COLOR or TERM=dumb speak against it'
always\t''
never\t''"
complete -c booster -n "__fish_booster_using_subcommand completions" -l sandbox -d 'Try it on a Booster inside this process; nothing leaves the machine'
complete -c booster -n "__fish_booster_using_subcommand completions" -l no-input -d 'Never ask, whether there is a terminal or not'
complete -c booster -n "__fish_booster_using_subcommand completions" -s q -l quiet -d 'Errors and results alone'
complete -c booster -n "__fish_booster_using_subcommand completions" -s v -l verbose -d 'Say more: -v where each field came from, -vv the exchange'
complete -c booster -n "__fish_booster_using_subcommand completions" -s h -l help -d 'Print help'
complete -c booster -n "__fish_booster_using_subcommand help" -s p -l profile -d 'Profile of the configuration' -r -f
complete -c booster -n "__fish_booster_using_subcommand help" -l config -d 'Configuration file' -r -F
complete -c booster -n "__fish_booster_using_subcommand help" -l base-url -d 'Where to send, instead of the profile\'s address' -r -f
complete -c booster -n "__fish_booster_using_subcommand help" -l timeout -d 'Seconds that one attempt may take [60 unless set]' -r -f
complete -c booster -n "__fish_booster_using_subcommand help" -s o -l output -d 'Text for a person, or one JSON document: text, json' -r -f -a "text\t''
json\t''"
complete -c booster -n "__fish_booster_using_subcommand help" -l color -d 'When to colour: auto, always, never' -r -f -a "auto\t'On a terminal, unless NO_COLOR or TERM=dumb speak against it'
always\t''
never\t''"
complete -c booster -n "__fish_booster_using_subcommand help" -l sandbox -d 'Try it on a Booster inside this process; nothing leaves the machine'
complete -c booster -n "__fish_booster_using_subcommand help" -l no-input -d 'Never ask, whether there is a terminal or not'
complete -c booster -n "__fish_booster_using_subcommand help" -s q -l quiet -d 'Errors and results alone'
complete -c booster -n "__fish_booster_using_subcommand help" -s v -l verbose -d 'Say more: -v where each field came from, -vv the exchange'
complete -c booster -n "__fish_booster_using_subcommand help" -s h -l help -d 'Print help'
complete -c booster -n "__fish_booster_using_subcommand customer; and __fish_seen_subcommand_from explain" -f -a "title firstName lastName firstNameNotLatin lastNameNotLatin middleName nameSuffix canBeContactedByMaison clientType companyName languageId gender countryId birthDate customerReference weddingDate preferredContactMethod contactByEmailFlag contactByMailFlag contactByPhoneFlag contactBySMSFlag contactBySocialMediaFlag saleRepresentativeEmail allowStoreDataAbroad tvAllowStoreDataAbroad dataSharingConsent notes referenceSaleRepresentativeEmail emails emails.email emails.isMainEmail phones phones.phone phones.countryPrefix phones.phoneType phones.isMainPhone addresses addresses.addressType addresses.countryId addresses.houseNumber addresses.stateId addresses.city addresses.zipCode addresses.street addresses.street2 addresses.street3 addresses.street4 addresses.street5 addresses.isMainAddress addresses.poBox addresses.additionalInformation events events.eventType events.eventDate events.eventNotes events.eventOtherName interests interests.interest interests.sapInterestId interests.translation hobbies hobbies.hobby hobbies.sapHobbyId hobbies.translation productCollections productCollections.productCollection productCollections.sapProductCollectionId productCollections.translation"
complete -c booster -n "__fish_booster_using_subcommand completions" -f -a "bash elvish fish powershell zsh"
complete -c booster -n "__fish_booster_using_subcommand help" -f -a "customer undo history auth config profile doctor sandbox completions help exit-codes environment rules shorthand"
