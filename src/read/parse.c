/* Text to sentences with trees: src/text finds sentences and words, src/syntax their trees.
 *
 * Lemmas are lower-cased for the rules, which know no names. Without the parser's weights a
 * document has sentences but no trees, so nothing is found in it; the reader says so (927).
 */
#include "read/read.h"

#include <ctype.h>
#include <string.h>

static const char *lower(char *text)
{
    for (char *p = text; *p; p++)
        *p = (char)tolower((unsigned char)*p);
    return text;
}

static bool is_one_of(const char *form, const char *const *list)
{
    for (; *list; list++)
        if (strcmp(form, *list) == 0)
            return true;
    return false;
}

/* Is token i a hyphen with blanks on both sides? */
static bool is_spaced(const dtn_text_sentence *s, uint32_t i)
{
    static const char *const dashes[] = {"-", "\xe2\x80\x93", NULL};
    return i > 0 && i + 1 < s->n && is_one_of(s->tokens[i].form, dashes) &&
           s->tokens[i].begin > s->tokens[i - 1].end && s->tokens[i + 1].begin > s->tokens[i].end;
}

/* "Nine were killed - officials said", "six soldiers - three of them officers - were": a hyphen for a dash, which the parser
 * would take for part of a word; not "15 - 20", nor "anti - war" in text that was cut into words. */
static bool is_for_dash(const dtn_text_sentence *s, uint32_t i)
{
    static const char *const says[] = {"said",      "says",      "say",       "reported", "reports",
                                       "announced", "confirmed", "according", NULL};
    if (!is_spaced(s, i) || isdigit((unsigned char)s->tokens[i + 1].form[0]))
        return false;
    for (uint32_t k = i + 2; k < s->n && k <= i + 6; k++)
        if (is_one_of(s->tokens[k].form, says) && k + 3 >= s->n)
            return true;
    for (uint32_t k = 0; k < s->n; k++)
        if ((k > i + 2 || k + 2 < i) && is_spaced(s, k))
            return true;
    return false;
}

/* "Q: Did the raids help?", "A: No.": how many tokens at the head of a paragraph say whose turn it is; the parser would
 * take them for a part of the sentence. */
static uint32_t label_of(const dtn_text_sentence *s)
{
    static const char *const labels[] = {"Q",           "A",         "Question", "Answer",
                                         "Interviewer", "Moderator", "Host",     "Reporter",
                                         "QUESTION",    "ANSWER",    NULL};
    return s->begins_paragraph && s->n > 2 && is_one_of(s->tokens[0].form, labels) &&
                   strcmp(s->tokens[1].form, ":") == 0
               ? 2
               : 0;
}

static dtn_syntax_sentence forms_of(const dtn_text_sentence *from, dtn_arena *arena)
{
    const uint32_t label = label_of(from);
    dtn_syntax_word *words = DTN_NEW_N(arena, dtn_syntax_word, from->n);
    for (uint32_t i = label; i < from->n; i++)
        words[i - label].form = is_for_dash(from, i) ? "--" : from->tokens[i].form;
    return (dtn_syntax_sentence){words, from->n - label};
}

/* The label's words hang on the root. */
static void take_label(const dtn_text_sentence *from, const dtn_syntax_word *parsed,
                       dtn_arena *arena, uint32_t label, dtn_sentence *to)
{
    uint32_t root = label;
    for (uint32_t i = label; i < from->n; i++)
        if (parsed[i - label].head == 0)
            root = i;
    for (uint32_t i = 0; i < label; i++)
        to->words[i] = (dtn_word){.begin = from->tokens[i].begin,
                                  .end = from->tokens[i].end,
                                  .form = from->tokens[i].form,
                                  .lemma = lower(dtn_arena_strdup(arena, from->tokens[i].form)),
                                  .tag = i == 0 ? DTN_TAG_INTJ : DTN_TAG_PUNCT,
                                  .xtag = i == 0 ? "UH" : ":",
                                  .head = root,
                                  .relation = i == 0 ? "discourse" : "punct"};
}

static void take_tree(const dtn_reader *reader, const dtn_text_sentence *from,
                      const dtn_syntax_word *parsed, dtn_arena *arena, dtn_sentence *to)
{
    *to = (dtn_sentence){.words = DTN_NEW_N(arena, dtn_word, from->n),
                         .n = from->n,
                         .begin = from->begin,
                         .end = from->end,
                         .begins_paragraph = from->begins_paragraph,
                         .is_heading = from->is_heading,
                         .is_item = from->is_item};
    const uint32_t label = label_of(from);
    take_label(from, parsed, arena, label, to);
    for (uint32_t i = label; i < from->n; i++) {
        const dtn_syntax_word *w = &parsed[i - label];
        to->words[i] =
            (dtn_word){.begin = from->tokens[i].begin,
                       .end = from->tokens[i].end,
                       .form = from->tokens[i].form,
                       .lemma = lower(w->lemma),
                       .tag = dtn_tag_find(w->upos),
                       .xtag = w->xpos,
                       .head = w->head == 0 ? (uint32_t)DTN_NO_WORD : w->head - 1 + label,
                       .relation = w->relation};
    }
    dtn_rules_prepare(reader->rules, to->words, to->n);
    dtn_mend(reader->rules, &reader->mend_words, to);
}

void dtn_read_trees(const dtn_reader *reader, const dtn_text_sentence *from, size_t n,
                    dtn_arena *arena, dtn_parsed *out)
{
    if (!reader->syntax)
        return;
    dtn_syntax_sentence *parsed = DTN_NEW_N(arena, dtn_syntax_sentence, n + 1);
    for (size_t i = 0; i < n; i++)
        parsed[i] = forms_of(&from[i], arena);
    dtn_syntax_parse_all(reader->syntax, parsed, n, arena);
    for (size_t i = 0; i < n; i++)
        take_tree(reader, &from[i], parsed[i].words, arena, &out->sentences[out->n++]);
}

dtn_status dtn_read_parse(const dtn_reader *reader, dtn_document *document, dtn_arena *arena,
                          dtn_parsed *out, dtn_diags *diags)
{
    dtn_text text = {0};
    DTN_TRY(dtn_text_read(document->name, document->text, document->n, DTN_TEXT_GUESS, arena, &text,
                          diags));
    document->title = document->title ? document->title : text.title;
    document->date = document->date ? document->date : text.date;
    document->source = document->source ? document->source : text.source;
    *out = (dtn_parsed){.text = document->text, .n_text = document->n};
    out->sentences = DTN_NEW_N(arena, dtn_sentence, text.n + 1);
    out->voices = DTN_NEW_N(arena, dtn_voice, text.n + 1);
    dtn_read_trees(reader, text.sentences, text.n, arena, out);
    return DTN_OK;
}
