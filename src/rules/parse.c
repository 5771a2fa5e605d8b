/* The compiler of rules: text to constraints and paths (docs/reader-rules.md has the grammar).
 *
 * A file is a sequence of rules, a rule a sequence of lines: `rule NAME KIND`, then `trigger`,
 * `where`, `NAME: path`, `sign`, `set`, `yes`, `no`. A line that ends in '\' goes on. Recursive
 * descent over one line; a mistake is reported at its column and the rest of the line skipped.
 *
 * All words that rules mention become symbols here, so that matching compares numbers.
 */
#include "rules/inner.h"

#include <ctype.h>
#include <string.h>

#define MAX_DEPTH 32 /* of brackets in a path: deeper is a mistake, and must not use up the stack */

typedef struct parser {
    dtn_rules *rules;
    dtn_diags *diags;
    const char *path;
    const char *line; /* begins here */
    const char *at;
    const char *end;
    uint32_t n_line;
    uint32_t depth;
    bool failed;        /* in this line */
    dtn_compiled *rule; /* the one being read, NULL before the first */
    bool is_broken;     /* it had a mistake: dropped */
} parser;

static dtn_pos here(const parser *p)
{
    return (dtn_pos){p->path, p->n_line, (uint32_t)(p->at - p->line) + 1};
}

static void fail(parser *p, int code, const char *hint, const char *what)
{
    if (!p->failed)
        dtn_diags_add(p->diags, code, here(p), hint, "%s", what);
    p->failed = p->is_broken = true;
    p->at = p->end;
}

static void skip_blanks(parser *p)
{
    while (p->at < p->end && (*p->at == ' ' || *p->at == '\t' || *p->at == '\\' || *p->at == '\n'))
        p->at++;
}

static bool take(parser *p, char c)
{
    skip_blanks(p);
    if (p->at >= p->end || *p->at != c)
        return false;
    p->at++;
    return true;
}

/* A word: letters, digits, and what words of a language hold; bytes above ASCII too. */
static bool is_word_byte(char c)
{
    return isalnum((unsigned char)c) || (unsigned char)c >= 0x80 || strchr("_-'.$%&;/", c);
}

static const char *take_word(parser *p, const char *what)
{
    skip_blanks(p);
    const char *start = p->at;
    while (p->at < p->end && *p->at && is_word_byte(*p->at))
        p->at++;
    if (p->at == start) {
        fail(p, 921, "see docs/reader-rules.md", what);
        return "";
    }
    return dtn_arena_strndup(&p->rules->arena, start, (size_t)(p->at - start));
}

static dtn_lexicon_ref take_lexicon(parser *p)
{
    const char *start = p->at;
    const char *name = take_word(p, "a lexicon's name is missing after '@'");
    const char *class_name = NULL;
    if (p->at < p->end && *p->at == ':') {
        p->at++;
        class_name = take_word(p, "a class is missing after ':'");
    }
    dtn_lexicon_ref ref = dtn_lexicon_find(p->rules, name, class_name);
    if (ref.lexicon == DTN_NO_WORD && !p->failed) {
        p->at = start;
        fail(p, 922, "lexicons are the files of the folder lexicons, a class their second column",
             "no such lexicon, or the lexicon has no such class");
    }
    return ref;
}

static dtn_value take_value(parser *p, dtn_field_of_word field)
{
    dtn_value value = {.lex = {DTN_NO_WORD, DTN_NO_WORD}};
    if (take(p, '@')) {
        value.lex = take_lexicon(p);
        return value;
    }
    const char *word = take_word(p, "a value is missing");
    if (p->failed)
        return value;
    if (field != DTN_W_TAG) {
        value.symbol = dtn_symbol_add(p->rules, word);
        return value;
    }
    value.symbol = (dtn_symbol)dtn_tag_find(word);
    if (value.symbol == DTN_TAG_X && strcmp(word, "X") != 0)
        fail(p, 923, "tags are those of Universal Dependencies, as NOUN or VERB",
             "unknown part of speech");
    return value;
}

/* lemma=run|go, tag!=VERB, word=@hedge:weak */
static bool take_atom(parser *p, dtn_constraint *constraint)
{
    static const char *const fields[] = {"lemma", "word", "tag", "xtag", "rel"};
    dtn_atom atom = {.field = DTN_W_LEMMA};
    const char *name = take_word(p, "a field is missing");
    size_t f = 0;
    while (f < 5 && strcmp(fields[f], name) != 0)
        f++;
    if (f == 5) {
        fail(p, 923, "fields are lemma, word, tag, xtag and rel", "unknown field");
        return false;
    }
    atom.field = (dtn_field_of_word)f;
    atom.is_negated = take(p, '!');
    if (!take(p, '='))
        fail(p, 921, "write FIELD=VALUE or FIELD!=VALUE", "'=' is missing");
    do {
        dtn_value value = take_value(p, atom.field);
        DTN_PUSH(&p->rules->arena, atom.values, atom.n_value, atom.cap_value, value);
    } while (!p->failed && take(p, '|'));
    DTN_PUSH(&p->rules->arena, constraint->atoms, constraint->n_atom, constraint->cap_atom, atom);
    return !p->failed;
}

/* After '['. */
static dtn_constraint take_constraint(parser *p)
{
    dtn_constraint constraint = {0};
    while (!p->failed && !take(p, ']'))
        if (p->at >= p->end)
            fail(p, 921, "close the constraint with ']'", "']' is missing");
        else if (!take_atom(p, &constraint))
            break;
    return constraint;
}

/* ---- Paths ------------------------------------------------------------------ */

static dtn_path *take_path(parser *p);

static dtn_path *new_path(parser *p, dtn_path_kind kind)
{
    dtn_path *path = DTN_NEW(&p->rules->arena, dtn_path);
    path->kind = kind;
    return path;
}

static void add_item(parser *p, dtn_path *path, dtn_path *item)
{
    DTN_PUSH(&p->rules->arena, path->items, path->n_item, path->cap_item, item);
}

/* Subtypes that Universal Dependencies has in English; any other suffix is a marker. */
static bool is_subtype(const char *word)
{
    static const char *const subtypes[] = {"pass",     "relcl", "prt",   "poss",   "npmod",
                                           "tmod",     "agent", "outer", "predet", "preconj",
                                           "unmarked", "cleft", NULL};
    for (size_t i = 0; subtypes[i]; i++)
        if (strcmp(subtypes[i], word) == 0)
            return true;
    return false;
}

/* Relation, subtype and marker after '>' or '<': nsubj, nsubj:pass, obl:to, advcl:@because. */
static dtn_path *take_step(parser *p, dtn_path_kind kind)
{
    dtn_path *path = new_path(p, kind);
    const char *relation = take_word(p, "a relation is missing");
    if (!p->failed && strcmp(relation, "any") != 0)
        path->base = dtn_symbol_add(p->rules, relation);
    while (!p->failed && p->at < p->end && *p->at == ':') {
        const char *start = ++p->at;
        if (*p->at == '@') {
            path->marker = take_value(p, DTN_W_WORD);
            path->has_marker = true;
            continue;
        }
        const char *word = take_word(p, "a subtype or marker is missing after ':'");
        path->has_subtype = path->has_subtype || is_subtype(word);
        if (is_subtype(word)) {
            path->subtype = dtn_symbol_add(p->rules, word);
        } else {
            p->at = start;
            path->marker = take_value(p, DTN_W_WORD);
            path->has_marker = true;
        }
    }
    return path;
}

static dtn_path *take_named_path(parser *p)
{
    const char *start = p->at;
    const char *name = take_word(p, "a path's name is missing after '$'");
    for (size_t i = 0; i < p->rules->n_let && !p->failed; i++)
        if (strcmp(p->rules->lets[i].name, name) == 0)
            return p->rules->lets[i].path;
    p->at = start;
    fail(p, 922, "define it above with `let NAME path`", "no such path");
    return new_path(p, DTN_PATH_SEQ);
}

static dtn_path *take_primary(parser *p)
{
    if (take(p, '>'))
        return take_step(p, DTN_PATH_DOWN);
    if (take(p, '<'))
        return take_step(p, DTN_PATH_UP);
    if (take(p, '$'))
        return take_named_path(p);
    if (take(p, '+'))
        return new_path(p, DTN_PATH_NEXT);
    if (take(p, '-'))
        return new_path(p, DTN_PATH_BEFORE);
    if (take(p, '.')) /* here */
        return new_path(p, DTN_PATH_CHECK);
    if (take(p, '[')) {
        dtn_path *path = new_path(p, DTN_PATH_CHECK);
        path->constraint = take_constraint(p);
        return path;
    }
    if (take(p, '{')) { /* stay where the path leads somewhere */
        bool is_not = take(p, '!');
        dtn_path *path = new_path(p, is_not ? DTN_PATH_WITHOUT : DTN_PATH_WITH);
        add_item(p, path, take_path(p));
        if (!take(p, '}'))
            fail(p, 921, "close the condition with '}'", "'}' is missing");
        return path;
    }
    if (take(p, '(')) {
        dtn_path *path = take_path(p);
        if (!take(p, ')'))
            fail(p, 921, "close the group with ')'", "')' is missing");
        return path;
    }
    fail(p, 921, "a path is made of >RELATION, <RELATION, [constraint], {path}, (path), + - | ? *",
         "a step of a path is missing");
    return new_path(p, DTN_PATH_SEQ);
}

static dtn_path *take_sequence(parser *p)
{
    dtn_path *sequence = new_path(p, DTN_PATH_SEQ);
    do {
        dtn_path *item = take_primary(p);
        if (take(p, '?') || take(p, '*')) {
            dtn_path *outer = new_path(p, p->at[-1] == '?' ? DTN_PATH_MAYBE : DTN_PATH_MANY);
            add_item(p, outer, item);
            item = outer;
        }
        add_item(p, sequence, item);
        skip_blanks(p);
    } while (!p->failed && p->at < p->end && strchr("><[({$.+-", *p->at));
    return sequence->n_item == 1 ? sequence->items[0] : sequence;
}

static dtn_path *take_path(parser *p)
{
    dtn_path *alt = new_path(p, DTN_PATH_ALT);
    if (++p->depth > MAX_DEPTH)
        fail(p, 921, "split the rule in two", "brackets are nested too deep");
    do
        add_item(p, alt, take_sequence(p));
    while (!p->failed && take(p, '|'));
    p->depth--;
    return alt->n_item == 1 ? alt->items[0] : alt;
}

/* ---- Lines -------------------------------------------------------------------- */

static void read_trigger(parser *p)
{
    dtn_compiled *rule = p->rule;
    bool has_head = false;
    if (rule->n_trigger)
        fail(p, 924, "a rule has one trigger", "the rule has two triggers");
    while (!p->failed && p->at < p->end) {
        if (take(p, '^')) {
            rule->i_head = rule->n_trigger;
            has_head = true;
        }
        if (!take(p, '[')) {
            fail(p, 921, "a trigger is one or more constraints in brackets, as [lemma=cause]",
                 "'[' is missing");
            return;
        }
        dtn_constraint constraint = take_constraint(p);
        DTN_PUSH(&p->rules->arena, rule->trigger, rule->n_trigger, rule->cap_trigger, constraint);
        skip_blanks(p);
    }
    if (!has_head)
        rule->i_head = 0;
}

static void read_where(parser *p)
{
    bool is_not = take(p, '!');
    dtn_path *path = take_path(p);
    DTN_PUSH(&p->rules->arena, p->rule->where, p->rule->n_where, p->rule->cap_where, path);
    size_t n = p->rule->n_where - 1;
    DTN_PUSH(&p->rules->arena, p->rule->where_not, n, p->rule->cap_where_not, is_not);
}

static void parse_argument(parser *p, const char *name, bool is_optional)
{
    dtn_rule *rule = &p->rule->rule;
    if (rule->n_arg == DTN_RULE_MAX_ARGS) {
        fail(p, 924, "split the rule in two", "the rule has too many arguments");
        return;
    }
    for (size_t i = 0; i < rule->n_arg; i++)
        if (strcmp(rule->args[i], name) == 0)
            fail(p, 924, "write the paths as alternatives: path | path",
                 "the argument is given twice");
    dtn_path *path = NULL;
    skip_blanks(p);
    if (p->end - p->at >= 8 && strncmp(p->at, "previous", 8) == 0) {
        path = new_path(p, DTN_PATH_PREVIOUS);
        p->at += 8;
    } else {
        path = take_path(p);
    }
    p->rule->paths[rule->n_arg] = path;
    p->rule->is_optional[rule->n_arg] = is_optional;
    rule->args[rule->n_arg++] = name;
}

static void read_let(parser *p)
{
    dtn_let let = {.name = take_word(p, "the path's name is missing")};
    let.path = take_path(p);
    for (size_t i = 0; i < p->rules->n_let; i++)
        if (strcmp(p->rules->lets[i].name, let.name) == 0)
            fail(p, 924, "give it another name", "the path is defined twice");
    DTN_PUSH(&p->rules->arena, p->rules->lets, p->rules->n_let, p->rules->cap_let, let);
}

static void read_sign(parser *p)
{
    dtn_rule *rule = &p->rule->rule;
    if (take(p, '@'))
        rule->sign_lexicon = take_lexicon(p);
    else if (take(p, '+'))
        rule->sign = 1;
    else if (take(p, '-'))
        rule->sign = -1;
    else if (!take(p, '?'))
        fail(p, 921, "a sign is +, -, ? or @LEXICON", "the sign is missing");
}

static void read_set(parser *p)
{
    dtn_rule *rule = &p->rule->rule;
    const char *key = take_word(p, "a key is missing"), *value = take_word(p, "a value is missing");
    if (p->failed)
        return;
    size_t n = rule->n_property;
    DTN_PUSH(&p->rules->arena, rule->keys, n, p->rule->cap_property, key);
    n = rule->n_property;
    DTN_PUSH(&p->rules->arena, rule->values, n, p->rule->cap_value, value);
    rule->n_property = n;
}

static const char *take_quoted(parser *p)
{
    if (!take(p, '"')) {
        fail(p, 921, "write the sentence in double quotes", "'\"' is missing");
        return "";
    }
    const char *start = p->at;
    while (p->at < p->end && *p->at != '"')
        p->at++;
    if (p->at >= p->end) {
        fail(p, 921, "close the text with '\"'", "the text does not end");
        return "";
    }
    return dtn_arena_strndup(&p->rules->arena, start, (size_t)(p->at++ - start));
}

/* yes "Airstrikes fuel resentment." cause="Airstrikes" sign="+" */
static void parse_example(parser *p, bool is_positive)
{
    dtn_rule *rule = &p->rule->rule;
    dtn_example example = {.is_positive = is_positive, .pos = here(p)};
    example.text = take_quoted(p);
    skip_blanks(p);
    while (!p->failed && p->at < p->end && example.n_arg < DTN_RULE_MAX_ARGS) {
        example.names[example.n_arg] = take_word(p, "an argument is missing");
        if (!take(p, '='))
            fail(p, 921, "write NAME=\"text\"", "'=' is missing");
        example.values[example.n_arg++] = take_quoted(p);
        skip_blanks(p);
    }
    if (p->failed)
        return;
    size_t n = rule->n_example;
    dtn_example *items = (dtn_example *)(uintptr_t)rule->examples;
    DTN_PUSH(&p->rules->arena, items, n, p->rule->cap_example, example);
    rule->examples = items;
    rule->n_example = n;
}

static void begin_rule(parser *p)
{
    dtn_compiled rule = {
        .rule = {.pos = {p->path, p->n_line, 1}, .sign_lexicon = {DTN_NO_WORD, DTN_NO_WORD}}};
    p->is_broken = false;
    rule.rule.name = take_word(p, "the rule's name is missing");
    rule.rule.kind = take_word(p, "the rule's kind is missing");
    for (size_t i = 0; i < p->rules->n_rule; i++)
        if (strcmp(p->rules->rules[i].rule.name, rule.rule.name) == 0)
            dtn_diags_add(p->diags, 924, here(p), "give it another name",
                          "rule `%s` is defined twice", rule.rule.name);
    DTN_PUSH(&p->rules->arena, p->rules->rules, p->rules->n_rule, p->rules->cap_rule, rule);
    p->rule = &p->rules->rules[p->rules->n_rule - 1];
}

/* What a whole rule must have. */
static void end_rule(parser *p)
{
    const dtn_compiled *rule = p->rule;
    if (!rule || p->is_broken)
        return;
    if (!rule->n_trigger)
        dtn_diags_add(p->diags, 925, rule->rule.pos, "add a line `trigger [lemma=...]`",
                      "rule `%s` has no trigger", rule->rule.name);
    if (!rule->rule.n_example)
        dtn_diags_add(p->diags, 925, rule->rule.pos, "add a line `yes \"sentence\" name=\"words\"`",
                      "rule `%s` has no example", rule->rule.name);
}

static void parse_line(parser *p)
{
    const char *start = p->at;
    const char *word =
        take_word(p, "a line begins with a word: rule, let, trigger, where, sign, set, "
                     "yes, no, or an argument's name and ':'");
    if (p->failed)
        return;
    if (strcmp(word, "rule") == 0) {
        end_rule(p);
        begin_rule(p);
    } else if (strcmp(word, "let") == 0) {
        read_let(p);
    } else if (!p->rule) {
        p->at = start;
        fail(p, 925, "begin with `rule NAME KIND`", "there is no rule that this line belongs to");
    } else if (strcmp(word, "trigger") == 0) {
        read_trigger(p);
    } else if (strcmp(word, "where") == 0) {
        read_where(p);
    } else if (strcmp(word, "sign") == 0) {
        read_sign(p);
    } else if (strcmp(word, "set") == 0) {
        read_set(p);
    } else if (strcmp(word, "yes") == 0 || strcmp(word, "no") == 0) {
        parse_example(p, word[0] == 'y');
    } else {
        bool is_optional = take(p, '?');
        if (take(p, ':'))
            parse_argument(p, word, is_optional);
        else
            fail(p, 921, "an argument is NAME: path or NAME?: path", "':' is missing");
    }
    skip_blanks(p);
    if (!p->failed && p->at < p->end)
        fail(p, 921, "one instruction a line", "the line goes on where it should end");
}

void dtn_rules_parse(dtn_rules *rules, const char *text, const char *path, dtn_diags *diags)
{
    parser p = {.rules = rules, .diags = diags, .path = path};
    for (const char *at = text; *at;) {
        const char *end = at;
        uint32_t n_more = 0;
        p.n_line++;
        for (; *end && (*end != '\n' || (end > at && end[-1] == '\\')); end++)
            n_more += *end == '\n';
        p.line = p.at = at;
        p.end = end;
        p.failed = false;
        skip_blanks(&p);
        if (p.at < p.end && *p.at != '#')
            parse_line(&p);
        p.n_line += n_more;
        at = *end ? end + 1 : end;
    }
    end_rule(&p);
}
