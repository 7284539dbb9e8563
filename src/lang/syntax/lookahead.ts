// Written by `npm run generate` from the rules. Not to be edited.

/**
 * Where the grammar can go on in several ways: which tokens begin each. A line is `rule call number: ways`; between ways
 * stands |, between the beginnings of one way /, and a beginning is one token, or two where one does not decide.
 */
export const lookahead = `
file some 0: "@" / "import" / "let" / "param" / "fun" / "type" / "kind" / "namespace" / "fleet" / "for" / NAME
decl some 0: "@"
decl choose 0: "import" | "let" / "param" | "fun" | "type" | "kind" | "namespace" | "fleet" | "for" | NAME
import maybe 0: "as"
binding choose 0: "let" | "param"
binding maybe 0: ":"
binding maybe 1: "="
binding need 0: "if" / "!" / "-" / "not" / NAME / STRING / UNIT / NUMBER / VERSION / "true" / "false" / FENCE / "(" / "[" / "{"
nsDecl maybe 0: "{"
function some 0: NAME
function maybe 0: ","
function maybe 1: ":"
fleet some 0: WORD
fleet maybe 0: ","
attribute maybe 0: "?"
attribute need 0: NAME / STRING / "[" / "{"
attribute maybe 1: "="
attribute need 1: "if" / "!" / "-" / "not" / NAME / STRING / UNIT / NUMBER / VERSION / "true" / "false" / FENCE / "(" / "[" / "{"
attribute maybe 2: "from"
block some 0: NAME / STRING / UNIT
block need 0: "{"
label choose 0: NAME | STRING | UNIT
label some 0: "."
note maybe 0: "("
body some 0: "@" / WORD / STRING / "..."
body maybe 0: ","
item some 0: "@"
item choose 0: STRING / WORD ":" | "expect" "if" / "expect" "!" / "expect" "-" / "expect" "not" / "expect" NAME / "expect" STRING / "expect" UNIT / "expect" NUMBER / "expect" VERSION / "expect" "true" / "expect" "false" / "expect" FENCE / "expect" "(" / "expect" "[" / "expect" "{" | "for" NAME | "if" "if" / "if" "!" / "if" "-" / "if" "not" / "if" NAME / "if" STRING / "if" UNIT / "if" NUMBER / "if" VERSION / "if" "true" / "if" "false" / "if" FENCE / "if" "(" / "if" "[" / "if" "{" | "..." | NAME NAME / NAME STRING / NAME UNIT / NAME "{" / NAME
item maybe 0: "because"
property choose 0: WORD | STRING
property need 0: "if" / "!" / "-" / "not" / NAME / STRING / UNIT / NUMBER / VERSION / "true" / "false" / FENCE / "(" / "[" / "{"
forHead maybe 0: ","
forHead maybe 1: "if"
forItem need 0: "{"
ifItem maybe 0: "else"
ifItem choose 0: "{" | "if"
type some 0: "|"
type maybe 0: "?"
atom choose 0: NAME | STRING | "[" | "{"
atom maybe 1: "."
atom some 0: WORD / "*"
atom maybe 0: ","
field choose 0: WORD | "*"
field maybe 0: "?"
expr choose 0: "if" | "!" / "-" / "not" / NAME / STRING / UNIT / NUMBER / VERSION / "true" / "false" / FENCE / "(" / "[" / "{"
binary some 0: OPERATOR
binary maybe 0: "in"
binary need 0: "!" / "-" / "not" / NAME / STRING / UNIT / NUMBER / VERSION / "true" / "false" / FENCE / "(" / "[" / "{"
unary choose 0: "!" | "-" | "not" | NAME / STRING / UNIT / NUMBER / VERSION / "true" / "false" / FENCE / "(" / "[" / "{"
postfix some 0: "." / "[" / "("
postfix choose 0: "." | "[" | "("
postfix need 0: WORD
args some 0: WORD / "!" / "-" / STRING / UNIT / NUMBER / VERSION / FENCE / "(" / "[" / "{"
args maybe 0: ","
arg choose 0: WORD ":" | NAME "=>" | "!" / "-" / STRING / UNIT / NUMBER / VERSION / FENCE / "(" / "[" / "{" / "if" "if" / "if" "!" / "if" "-" / "if" "not" / "if" NAME / "if" STRING / "if" UNIT / "if" NUMBER / "if" VERSION / "if" "true" / "if" "false" / "if" FENCE / "if" "(" / "if" "[" / "if" "{" / "not" "!" / "not" "-" / "not" "not" / "not" NAME / "not" STRING / "not" UNIT / "not" NUMBER / "not" VERSION / "not" "true" / "not" "false" / "not" FENCE / "not" "(" / "not" "[" / "not" "{" / NAME "." / NAME "[" / NAME "(" / NAME OPERATOR / NAME / "true" "." / "true" "[" / "true" "(" / "true" OPERATOR / "true" / "false" "." / "false" "[" / "false" "(" / "false" OPERATOR / "false"
primary choose 0: NAME | STRING | UNIT | NUMBER | VERSION | "true" | "false" | FENCE | "(" | "[" | "{"
primary some 0: "for" / "..." / "if" / "!" / "-" / "not" / NAME / STRING / UNIT / NUMBER / VERSION / "true" / "false" / FENCE / "(" / "[" / "{"
primary maybe 0: ","
element choose 0: "for" | "..." | "if" / "!" / "-" / "not" / NAME / STRING / UNIT / NUMBER / VERSION / "true" / "false" / FENCE / "(" / "[" / "{"
`;
