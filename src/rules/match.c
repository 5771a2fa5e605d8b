/* The matcher: triggers by symbol, then conditions and arguments by walking paths.
 *
 * Each word's lemma and form are looked up in a table from symbols to the rules whose trigger
 * begins with them, so the cost goes with the number of triggers in a sentence, not with the
 * number of rules. A path is walked with a set of words (in order of discovery, bits against
 * doubles); no step can leave the sentence and MANY ends when nothing new is reached, so every
 * walk ends.
 */
#include "rules/inner.h"

#include <string.h>

#define MAX_SET 64 /* words reached by one path; the first ones are kept */

typedef struct set {
    uint32_t n;
    uint32_t items[MAX_SET];
} set;

typedef struct matcher {
    const dtn_rules *rules;
    const dtn_word *words;
    uint32_t n;
} matcher;

/* Only its items are copied or ever written: most sets hold one or two. */
static void copy(set *to, const set *from)
{
    to->n = from->n;
    memcpy(to->items, from->items, from->n * sizeof *from->items);
}

static void add(set *s, uint32_t word)
{
    for (uint32_t i = 0; i < s->n; i++)
        if (s->items[i] == word)
            return;
    if (s->n < MAX_SET)
        s->items[s->n++] = word;
}

/* ---- Constraints ---------------------------------------------------------- */

static bool value_fits(const matcher *m, const dtn_value *value, dtn_symbol symbol)
{
    return value->lex.lexicon != DTN_NO_WORD ? dtn_lexicon_has(m->rules, value->lex, symbol)
                                             : value->symbol == symbol;
}

static bool atom_fits(const matcher *m, const dtn_atom *atom, const dtn_word *word)
{
    const dtn_symbol of_field[] = {word->lemma_id, word->lower_id, (dtn_symbol)word->tag,
                                   word->xtag_id, word->base_id};
    bool fits = false;
    for (size_t i = 0; i < atom->n_value && !fits; i++)
        fits = value_fits(m, &atom->values[i], of_field[atom->field]) ||
               (atom->field == DTN_W_REL && atom->values[i].symbol == word->subtype_id &&
                word->subtype_id);
    return fits != atom->is_negated;
}

static bool constraint_fits(const matcher *m, const dtn_constraint *c, uint32_t i)
{
    for (size_t k = 0; k < c->n_atom; k++)
        if (!atom_fits(m, &c->atoms[k], &m->words[i]))
            return false;
    return true;
}

/* ---- Paths ---------------------------------------------------------------- */

/* Does the relation by which `child` hangs on its head fit the step? Without a subtype in the
 * step every subtype fits but pass and relcl, which turn the meaning round. */
static bool step_fits(const matcher *m, const dtn_path *path, const dtn_word *child)
{
    if (path->base) {
        if (child->base_id != path->base)
            return false;
        if (path->has_subtype ? child->subtype_id != path->subtype
                              : child->subtype_id && (child->subtype_id == m->rules->s_pass ||
                                                      child->subtype_id == m->rules->s_relcl))
            return false;
    }
    return !path->has_marker || value_fits(m, &path->marker, child->markers[0]) ||
           (child->markers[1] && value_fits(m, &path->marker, child->markers[1]));
}

static void walk(const matcher *m, const dtn_path *path, const set *from, set *to);

static void walk_from_word(const matcher *m, const dtn_path *path, uint32_t i, set *to)
{
    const dtn_word *word = &m->words[i];
    set one, found;
    switch (path->kind) {
    case DTN_PATH_DOWN:
        for (uint32_t c = word->first_child; c != DTN_NO_WORD; c = m->words[c].next_sibling)
            if (step_fits(m, path, &m->words[c]))
                add(to, c);
        break;
    case DTN_PATH_UP:
        if (word->head != DTN_NO_WORD && step_fits(m, path, word))
            add(to, word->head);
        break;
    case DTN_PATH_NEXT:
        if (i + 1 < m->n)
            add(to, i + 1);
        break;
    case DTN_PATH_BEFORE:
        if (i > 0)
            add(to, i - 1);
        break;
    case DTN_PATH_CHECK:
        if (constraint_fits(m, &path->constraint, i))
            add(to, i);
        break;
    case DTN_PATH_WITH:
    case DTN_PATH_WITHOUT:
        one.n = found.n = 0;
        add(&one, i);
        walk(m, path->items[0], &one, &found);
        if ((found.n > 0) == (path->kind == DTN_PATH_WITH))
            add(to, i);
        break;
    default: break;
    }
}

static void walk_sequence(const matcher *m, const dtn_path *path, const set *from, set *to)
{
    set steps[2];
    const set *here = from;
    for (size_t i = 0; i < path->n_item && here->n; i++) {
        set *next = &steps[i % 2];
        next->n = 0;
        walk(m, path->items[i], here, next);
        here = next;
    }
    for (uint32_t i = 0; i < here->n; i++)
        add(to, here->items[i]);
}

static void walk_many(const matcher *m, const dtn_path *path, const set *from, set *to)
{
    set all, next;
    copy(&all, from);
    for (uint32_t before = 0; before != all.n;) {
        before = all.n;
        next.n = 0;
        walk(m, path->items[0], &all, &next);
        for (uint32_t i = 0; i < next.n; i++)
            add(&all, next.items[i]);
    }
    for (uint32_t i = 0; i < all.n; i++)
        add(to, all.items[i]);
}

static void walk(const matcher *m, const dtn_path *path, const set *from, set *to)
{
    switch (path->kind) {
    case DTN_PATH_SEQ: walk_sequence(m, path, from, to); break;
    case DTN_PATH_ALT:
        for (size_t i = 0; i < path->n_item; i++)
            walk(m, path->items[i], from, to);
        break;
    case DTN_PATH_MAYBE:
        walk(m, path->items[0], from, to);
        for (uint32_t i = 0; i < from->n; i++)
            add(to, from->items[i]);
        break;
    case DTN_PATH_MANY: walk_many(m, path, from, to); break;
    default:
        for (uint32_t i = 0; i < from->n; i++)
            walk_from_word(m, path, from->items[i], to);
    }
}

static uint32_t first_on_path(const matcher *m, const dtn_path *path, uint32_t i)
{
    if (path->kind == DTN_PATH_PREVIOUS)
        return DTN_ARG_PREVIOUS;
    set from, to;
    from.n = to.n = 0;
    add(&from, i);
    walk(m, path, &from, &to);
    return to.n ? to.items[0] : DTN_NO_WORD;
}

/* ---- Rules ---------------------------------------------------------------- */

static bool trigger_fits(const matcher *m, const dtn_compiled *rule, uint32_t i)
{
    if (rule->n_trigger > m->n - i)
        return false;
    for (size_t k = 0; k < rule->n_trigger; k++)
        if (!constraint_fits(m, &rule->trigger[k], i + (uint32_t)k))
            return false;
    return true;
}

static bool try_rule(const matcher *m, uint32_t i_rule, uint32_t i, dtn_match *out)
{
    const dtn_compiled *rule = &m->rules->rules[i_rule];
    if (!trigger_fits(m, rule, i))
        return false;
    uint32_t head = i + (uint32_t)rule->i_head;
    for (size_t w = 0; w < rule->n_where; w++)
        if ((first_on_path(m, rule->where[w], head) == DTN_NO_WORD) != rule->where_not[w])
            return false;
    *out = (dtn_match){.rule = i_rule,
                       .first = i,
                       .last = i + (uint32_t)rule->n_trigger - 1,
                       .head = head,
                       .sign = rule->rule.sign};
    for (size_t a = 0; a < DTN_RULE_MAX_ARGS; a++)
        out->args[a] = DTN_NO_WORD;
    for (size_t a = 0; a < rule->rule.n_arg; a++) {
        out->args[a] = first_on_path(m, rule->paths[a], head);
        if (out->args[a] == DTN_NO_WORD && !rule->is_optional[a])
            return false;
    }
    if (rule->rule.sign_lexicon.lexicon != DTN_NO_WORD) {
        const dtn_entry *entry =
            dtn_lexicon_get(m->rules, rule->rule.sign_lexicon, &m->words[head]);
        out->sign = entry ? (entry->value > 0) - (entry->value < 0) : 0;
    }
    return true;
}

void dtn_rules_match(const dtn_rules *rules, const dtn_word *words, uint32_t n, dtn_arena *arena,
                     dtn_matches *out)
{
    matcher m = {rules, words, n};
    dtn_match match;
    out->n = 0;
    for (uint32_t i = 0; i < n; i++) {
        const dtn_symbol keys[2] = {words[i].lemma_id, words[i].lower_id};
        for (int k = 0; k < (keys[0] == keys[1] ? 1 : 2); k++)
            for (uint32_t r = 0; keys[k] && r < rules->n_by_symbol[keys[k]]; r++) {
                uint32_t rule = rules->by_symbol[keys[k]][r];
                bool seen = false;
                for (size_t j = out->n; j-- > 0 && out->items[j].first == i;)
                    seen |= out->items[j].rule == rule;
                if (!seen && try_rule(&m, rule, i, &match))
                    DTN_PUSH(arena, out->items, out->n, out->cap, match);
            }
        for (size_t r = 0; r < rules->n_any; r++)
            if (try_rule(&m, rules->any[r], i, &match))
                DTN_PUSH(arena, out->items, out->n, out->cap, match);
    }
}
