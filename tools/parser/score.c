/* How well and how fast the parser of src/syntax does on a treebank, through the interface that the program uses.
 *
 * usage: score_parser WEIGHTS FILE.conllu...
 *
 * Gold tokens, everything else predicted. Attachment scores count punctuation; relations with
 * their subtypes. Lemmas as in the treebank, capitals included. Speed: one thread, the
 * median of five passes over the file after one to warm up.
 */
#include "syntax/syntax.h"
#include "text/text.h"
#include "treebank.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct counts {
    size_t n, upos, xpos, head, labelled, lemma;
} counts;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* What `words` point to lives in the arena, which the caller frees. */
static void parse_one(const dtn_syntax *syntax, const tree_sentence *s, dtn_syntax_word *words,
                      dtn_arena *arena)
{
    dtn_arena_init(arena);
    if (DTN_ARENA_GUARD(arena))
        abort();
    for (uint32_t i = 0; i < s->n; i++)
        words[i] = (dtn_syntax_word){.form = s->words[i].form};
    dtn_syntax_parse(syntax, words, s->n, arena);
}

static void count(const dtn_syntax *syntax, const treebank *bank, const tree_sentence *s, counts *c)
{
    dtn_syntax_word words[DTN_SYNTAX_MAX_WORDS];
    dtn_arena arena;
    parse_one(syntax, s, words, &arena);
    for (uint32_t i = 0; i < s->n; i++) {
        const tree_word *gold = &s->words[i];
        const bool is_head = words[i].head == gold->head;
        c->upos += strcmp(words[i].upos, bank->upos.items[gold->upos]) == 0;
        c->xpos += strcmp(words[i].xpos, bank->xpos.items[gold->xpos]) == 0;
        c->head += is_head;
        c->labelled +=
            is_head && strcmp(words[i].relation, bank->relations.items[gold->relation]) == 0;
        c->lemma += strcmp(gold->lemma, "_") == 0 || strcmp(words[i].lemma, gold->lemma) == 0;
    }
    c->n += s->n;
    dtn_arena_free(&arena);
}

static int by_value(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static double seconds(const dtn_syntax *syntax, const tree_list *list)
{
    double times[5];
    dtn_syntax_word words[DTN_SYNTAX_MAX_WORDS];
    for (int pass = -1; pass < 5; pass++) {
        const double begin = now();
        for (size_t i = 0; i < list->n; i++) {
            dtn_arena arena;
            parse_one(syntax, &list->items[i], words, &arena);
            dtn_arena_free(&arena);
        }
        if (pass >= 0)
            times[pass] = now() - begin;
    }
    qsort(times, 5, sizeof *times, by_value);
    return times[2];
}

static double share(size_t n, size_t of) { return 100.0 * (double)n / (double)of; }

static bool score_file(const dtn_syntax *syntax, const char *path)
{
    treebank bank;
    tree_list list = {0};
    counts c = {0};
    treebank_init(&bank);
    if (!treebank_read(&bank, path, &list) || list.n == 0)
        return false;
    for (size_t i = 0; i < list.n; i++)
        count(syntax, &bank, &list.items[i], &c);
    const double s = seconds(syntax, &list);
    const char *name = strrchr(path, '/');
    printf("%-26s %6zu %7zu  %6.2f %6.2f %6.2f %6.2f %6.2f %9.0f %9.0f\n", name ? name + 1 : path,
           list.n, c.n, share(c.upos, c.n), share(c.xpos, c.n), share(c.lemma, c.n),
           share(c.head, c.n), share(c.labelled, c.n), (double)list.n / s, (double)c.n / s);
    treebank_free(&bank);
    return true;
}

int main(int n, char **args)
{
    dtn_syntax *syntax = NULL;
    dtn_diags diags;
    dtn_diags_init(&diags);
    if (n < 3) {
        fprintf(stderr, "usage: score_parser WEIGHTS FILE.conllu...\n");
        return 2;
    }
    if (dtn_syntax_read(args[1], &syntax, &diags) != DTN_OK) {
        fprintf(stderr, "score_parser: %s\n", diags.n ? diags.items[0].message : "out of memory");
        dtn_diags_free(&diags);
        return 3;
    }
    printf("%-26s %6s %7s  %6s %6s %6s %6s %6s %9s %9s\n", "treebank (gold tokens)", "sent.",
           "words", "UPOS", "XPOS", "lemma", "UAS", "LAS", "sent./s", "words/s");
    int status = 0;
    for (int i = 2; i < n; i++)
        if (!score_file(syntax, args[i]))
            status = 4;
    dtn_syntax_delete(syntax);
    dtn_diags_free(&diags);
    return status;
}
