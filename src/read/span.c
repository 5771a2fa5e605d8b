/* Arguments' extents: which words belong to the phrase or clause around a head word.
 *
 * The subtree of the head, without what leads to the trigger and to the other argument, without
 * the words that introduce it (case, mark, cc), coordinate clauses of verbs, what is said beside
 * (parataxis), and modifiers set before the clause with a comma. Of what is left the stretch
 * around the head without gaps, since spans in records are contiguous.
 */
#include "read/inner.h"

#include <string.h>

#include "base/utf16.h"

uint32_t dtn_read_clause(const dtn_rules *rules, const dtn_sentence *sentence, uint32_t word)
{
    (void)rules;
    for (uint32_t i = word; i != DTN_NO_WORD; i = sentence->words[i].head) {
        const dtn_word *w = &sentence->words[i];
        if (w->tag == DTN_TAG_VERB)
            return i;
        for (uint32_t c = w->first_child; c != DTN_NO_WORD; c = sentence->words[c].next_sibling)
            if (dtn_word_hangs(&sentence->words[c], "nsubj") ||
                dtn_word_hangs(&sentence->words[c], "cop"))
                return i;
        if (w->head == DTN_NO_WORD)
            return i;
    }
    return word;
}

static bool is_introducing(const dtn_word *w)
{
    return dtn_word_hangs(w, "case") || dtn_word_hangs(w, "mark") || dtn_word_hangs(w, "cc") ||
           (dtn_word_hangs(w, "advmod") &&
            (dtn_word_is(w, "when") || dtn_word_is(w, "where") || dtn_word_is(w, "why")));
}

/* Adverbs that join a clause to what was said; within it they do not part it. */
static bool is_joining(const dtn_word *w)
{
    static const char *const words[] = {"however",   "therefore", "consequently",
                                        "meanwhile", "also",      "then"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (dtn_word_is(w, words[i]))
            return w->tag == DTN_TAG_ADV;
    return false;
}

static bool is_beside(const dtn_sentence *s, const dtn_word *child, const dtn_word *head)
{
    (void)s;
    if (dtn_word_hangs(child, "parataxis") || dtn_word_hangs(child, "discourse") ||
        dtn_word_hangs(child, "vocative"))
        return true;
    return dtn_word_hangs(child, "conj") && head->tag == DTN_TAG_VERB;
}

/* A conjunction that the tree hangs on the first words of its clause: "[when prices] decrease". */
static bool is_leading(const dtn_sentence *s, uint32_t word, uint32_t top)
{
    const dtn_word *w = &s->words[word];
    return word < top && w->first_child == DTN_NO_WORD &&
           (dtn_word_hangs(w, "advmod") || dtn_word_hangs(w, "mark")) &&
           (word == 0 || !dtn_tree_is_under(s, word - 1, top));
}

/* "Cut [subsidies], which triggered protests": is the word that lies under the act's object in a clause of its own? */
static bool is_beside_object(const dtn_sentence *s, uint32_t act, uint32_t object, uint32_t word)
{
    if (s->words[act].tag != DTN_TAG_VERB || !dtn_word_hangs(&s->words[object], "obj"))
        return false;
    while (word != DTN_NO_WORD && s->words[word].head != object)
        word = s->words[word].head;
    if (word == DTN_NO_WORD || strcmp(s->words[word].relation, "acl:relcl") != 0)
        return false;
    for (uint32_t c = s->words[word].first_child; c != DTN_NO_WORD; c = s->words[c].next_sibling)
        if (dtn_word_is(&s->words[c], "which") && c > 0)
            return s->words[c - 1].tag == DTN_TAG_PUNCT;
    return false;
}

/* Mark the subtree of `head` that belongs to the argument. */
static void mark_subtree(const dtn_sentence *s, uint32_t head, const uint32_t *away, size_t n_away,
                         unsigned char *in)
{
    in[head] = 1;
    /* Children come after their heads in no fixed order: repeat from the head down by a stack. */
    uint32_t stack[512];
    size_t n = 0;
    stack[n++] = head;
    while (n > 0) {
        uint32_t at = stack[--n];
        for (uint32_t c = s->words[at].first_child; c != DTN_NO_WORD;
             c = s->words[c].next_sibling) {
            bool skip = at == head &&
                        (is_introducing(&s->words[c]) || is_beside(s, &s->words[c], &s->words[at]));
            for (size_t k = 0; k < n_away && !skip; k++)
                skip = away[k] != head && !dtn_tree_is_under(s, head, away[k]) &&
                       dtn_tree_is_under(s, away[k], c) && !is_leading(s, away[k], c) &&
                       !(at == head && is_beside_object(s, head, c, away[k]));
            if (skip || n >= sizeof stack / sizeof *stack)
                continue;
            in[c] = 1;
            stack[n++] = c;
        }
    }
}

static bool is_comma(const dtn_word *w)
{
    return w->tag == DTN_TAG_PUNCT &&
           (w->form[0] == ',' || w->form[0] == ';' || w->form[0] == ':' || w->form[0] == '-');
}

/* Datelines and headlines end in a colon. */
static bool is_colon(const dtn_word *w) { return w->form[0] == ':' && w->form[1] == '\0'; }

/* Child of `head` under which word i lies. */
static uint32_t top_child(const dtn_sentence *s, uint32_t head, uint32_t i)
{
    while (i != DTN_NO_WORD && s->words[i].head != head)
        i = s->words[i].head;
    return i;
}

/* Modifiers before the clause, cut off by a comma: "In May, ..." */
static uint32_t skip_fronted(const dtn_sentence *s, uint32_t head, dtn_span span)
{
    uint32_t begin = span.begin;
    for (;;) {
        uint32_t top = begin < head ? top_child(s, head, begin) : DTN_NO_WORD;
        if (top == DTN_NO_WORD)
            return begin;
        const dtn_word *w = &s->words[top];
        if (!dtn_word_hangs(w, "obl") && !dtn_word_hangs(w, "advmod") &&
            !dtn_word_hangs(w, "advcl") && !dtn_word_hangs(w, "nmod") &&
            !dtn_word_hangs(w, "dep") && !dtn_word_hangs(w, "punct"))
            return begin;
        uint32_t i = begin;
        while (i < head && dtn_tree_is_under(s, i, top))
            i++;
        if (i < head && dtn_word_hangs(w, "punct")) {
            begin = i;
            continue;
        }
        if (i >= head || !is_comma(&s->words[i]))
            return begin;
        begin = i + 1;
    }
}

static dtn_span extent_alone(const dtn_sentence *sentence, uint32_t head, const uint32_t *away,
                             size_t n_away)
{
    unsigned char in[512] = {0};
    dtn_span span = {head, head + 1};
    if (sentence->n > sizeof in || head >= sentence->n)
        return span;
    mark_subtree(sentence, head, away, n_away, in);
    while (span.begin > 0 && in[span.begin - 1] && !is_colon(&sentence->words[span.begin - 1]))
        span.begin--;
    while (span.end < sentence->n && in[span.end] && !is_colon(&sentence->words[span.end]))
        span.end++;
    span.begin = skip_fronted(sentence, head, span);
    while (span.begin < head && (sentence->words[span.begin].tag == DTN_TAG_PUNCT ||
                                 is_joining(&sentence->words[span.begin])))
        span.begin++;
    while (span.end > head + 1 && ((sentence->words[span.end - 1].tag == DTN_TAG_PUNCT &&
                                    strcmp(sentence->words[span.end - 1].form, "%") != 0) ||
                                   is_joining(&sentence->words[span.end - 1])))
        span.end--;
    return span;
}

static bool has_subject(const dtn_sentence *s, uint32_t word)
{
    for (uint32_t c = s->words[word].first_child; c != DTN_NO_WORD; c = s->words[c].next_sibling)
        if (dtn_word_hangs(&s->words[c], "nsubj"))
            return true;
    return false;
}

/* What a clause needs to be understood: the noun that a relative clause is about, the first verb
 * with the subject where a second one has none. Nothing that lies beyond the other argument. */
static uint32_t begin_with_owner(const dtn_sentence *s, uint32_t head, dtn_span span,
                                 const uint32_t *away, size_t n_away)
{
    const dtn_word *w = &s->words[head];
    bool is_relative = dtn_word_hangs(w, "acl");
    bool is_second = dtn_word_hangs(w, "conj") && w->tag == DTN_TAG_VERB && !has_subject(s, head);
    if (w->head >= head || (!is_relative && !is_second))
        return span.begin;
    uint32_t begin = extent_alone(s, w->head, away, n_away).begin;
    for (size_t k = 0; k < n_away; k++)
        if (away[k] < span.begin && away[k] >= begin)
            return span.begin;
    return begin < span.begin ? begin : span.begin;
}

/* "triggers a rise in prices": the tree may hang "in prices" on the verb. */
static uint32_t end_of_motion(const dtn_rules *rules, const dtn_words_known *known,
                              const dtn_sentence *s, uint32_t head, dtn_span span)
{
    const dtn_word *w = &s->words[head];
    if (w->tag != DTN_TAG_NOUN || span.end != head + 1 || span.end >= s->n ||
        (!dtn_lexicon_get(rules, known->direction.of, w) &&
         !dtn_lexicon_get(rules, known->direction.of_event, w)) ||
        !dtn_word_is(&s->words[span.end], "in"))
        return span.end;
    const uint32_t thing = s->words[span.end].head;
    if (thing >= s->n || thing < head || s->words[thing].head != w->head ||
        !dtn_word_hangs(&s->words[thing], "obl"))
        return span.end;
    uint32_t end = span.end;
    while (end < s->n && dtn_tree_is_under(s, end, thing))
        end++;
    return end;
}

/* "[Is] drought", whose subject is the other end: what links them is of neither. */
static uint32_t begin_behind_copula(const dtn_sentence *s, uint32_t head, dtn_span span)
{
    bool has_copula = false;
    uint32_t begin = span.begin;
    for (uint32_t c = s->words[head].first_child; c != DTN_NO_WORD; c = s->words[c].next_sibling) {
        if (dtn_word_hangs(&s->words[c], "nsubj") && c >= span.begin && c < span.end)
            return span.begin;
        has_copula |= c < head && dtn_word_hangs(&s->words[c], "cop");
    }
    while (has_copula && begin < head && s->words[begin].tag == DTN_TAG_AUX &&
           s->words[begin].head == head)
        begin++;
    return begin;
}

/* "[More lives] than action", "[poverty], far more than religion": what it is set against is no part of it, nor is
 * "in turn". */
static uint32_t end_of_compared(const dtn_sentence *s, uint32_t head, dtn_span span)
{
    if (span.end > head + 2 && dtn_word_is(&s->words[span.end - 1], "turn") &&
        dtn_word_is(&s->words[span.end - 2], "in")) /* "the raids, in turn," */
        return span.end > head + 3 && is_comma(&s->words[span.end - 3]) ? span.end - 3
                                                                        : span.end - 2;
    for (uint32_t than = head + 1; than + 1 < span.end; than++) {
        if (!dtn_word_is(&s->words[than], "than") || s->words[than + 1].tag == DTN_TAG_NUM)
            continue;
        const bool is_beside = strcmp(s->words[than - 1].form, "more") == 0 ||
                               strcmp(s->words[than - 1].form, "less") == 0;
        if (is_beside) { /* ", far more than" */
            uint32_t comma = than - 1;
            while (comma > head + 1 && than - comma < 4 && !is_comma(&s->words[comma]))
                comma--;
            return comma > head && is_comma(&s->words[comma]) ? comma : span.end;
        }
        for (uint32_t i = span.begin; i < head; i++)
            if (strcmp(s->words[i].xtag, "JJR") == 0 && s->words[i].head == head)
                return than;
        return span.end;
    }
    return span.end;
}

dtn_span dtn_read_extent(const dtn_rules *rules, const dtn_words_known *known,
                         const dtn_sentence *sentence, uint32_t head, const uint32_t *away,
                         size_t n_away)
{
    dtn_span span = extent_alone(sentence, head, away, n_away);
    if (head < sentence->n && !dtn_read_set_aside(sentence, head)) /* "by X, not by Y" */
        for (uint32_t i = head + 1; i < span.end; i++)
            if (dtn_word_is(&sentence->words[i], "not") && i + 1 < span.end &&
                dtn_read_set_aside(sentence, i + 1))
                span.end = i > head + 1 && is_comma(&sentence->words[i - 1]) ? i - 1 : i;
    const uint32_t than = head < sentence->n ? dtn_read_weighed_end(sentence, head) : DTN_NO_WORD;
    if (than > head && than < span.end)
        span.end = than;
    if (head < sentence->n)
        span.end = end_of_compared(sentence, head, span);
    if (head < sentence->n && sentence->words[head].head != DTN_NO_WORD) {
        span.begin = begin_with_owner(sentence, head, span, away, n_away);
        span.end = end_of_motion(rules, known, sentence, head, span);
    }
    if (head < sentence->n && sentence->words[head].tag == DTN_TAG_NOUN)
        span.begin = begin_behind_copula(sentence, head, span);
    return span;
}

dtn_span dtn_read_bytes(const dtn_sentence *sentence, dtn_span words)
{
    if (words.begin >= words.end)
        return (dtn_span){sentence->begin, sentence->end};
    return (dtn_span){sentence->words[words.begin].begin, sentence->words[words.end - 1].end};
}

/* As given; what was read, where that is no text of its own: references of HTML, UTF-16, Windows-1252. */
static void put_word(char *out, size_t *n, const dtn_parsed *doc, const dtn_word *w)
{
    const char *raw = doc->text + w->begin;
    const size_t length = w->end - w->begin;
    const bool is_plain = !dtn_is_utf16(doc->text, doc->n_text) && !memchr(raw, '&', length) &&
                          !memchr(raw, '<', length) && dtn_is_utf8(raw, length);
    const char *from = is_plain ? raw : w->form;
    const size_t n_from = is_plain ? length : strlen(w->form);
    for (size_t i = 0; i < n_from; i++)
        if ((unsigned char)from[i] >= ' ' && from[i] != 0x7f)
            out[(*n)++] = from[i];
}

char *dtn_read_text(dtn_arena *arena, const dtn_parsed *doc, const dtn_sentence *sentence,
                    dtn_span words)
{
    size_t n = 0, room = 1;
    for (uint32_t i = words.begin; i < words.end; i++) {
        const dtn_word *w = &sentence->words[i];
        const size_t raw = w->end - w->begin, form = strlen(w->form);
        room += 1 + (raw > form ? raw : form);
    }
    char *out = dtn_arena_alloc(arena, room);
    for (uint32_t i = words.begin; i < words.end; i++) {
        const dtn_word *w = &sentence->words[i];
        if (i > words.begin && w[-1].end < w->begin)
            out[n++] = ' ';
        put_word(out, &n, doc, w);
    }
    out[n] = '\0';
    return out;
}
