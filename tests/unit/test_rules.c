/* Rules: lexicons, compiling with positions, paths over a hand-made tree, broken trees. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "rules/rules.h"

static void put(const char *folder, const char *name, const char *text)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

/* A folder with one lexicon and one file of rules. */
static dtn_status read_rules(const char *lexicon, const char *text, dtn_rules **out,
                             dtn_diags *diags)
{
    char folder[] = "/tmp/dtn-rules-XXXXXX", path[256];
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/lexicons", folder);
    assert_int_equal(mkdir(path, 0700), 0);
    snprintf(path, sizeof path, "%s/rules", folder);
    assert_int_equal(mkdir(path, 0700), 0);
    put(folder, "lexicons/cause.tsv", lexicon);
    put(folder, "rules/test.rules", text);
    dtn_status status = dtn_rules_read(folder, out, diags);
    static const char *const files[] = {"lexicons/cause.tsv", "rules/test.rules", "lexicons",
                                        "rules", ""};
    for (size_t i = 0; i < 5; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, files[i]);
        assert_int_equal(remove(path), 0);
    }
    return status;
}

static const char lexicon[] = "# verbs\nfuel\tmore\t1\ncurb\tless\t-1\nbring about\tmore\t1\n";
static const char rules_text[] =
    "rule active claim\n"
    "  trigger [lemma=@cause tag=VERB]\n"
    "  where !>nsubj:pass\n"
    "  cause: >nsubj\n"
    "  effect: >obj (>conj)?\n"
    "  note?: >obl:because_of | >advmod\n"
    "  sign @cause\n"
    "  set mode descriptive\n"
    "  yes \"Strikes fuel anger.\" cause=\"Strikes\" effect=\"anger\"\n"
    "  no \"They fuel the lorry.\"\n";

/* "Strikes fuel anger and fear because of deaths" */
static uint32_t sentence(dtn_word words[8])
{
    static const struct {
        const char *form, *lemma, *relation;
        dtn_tag tag;
        uint32_t head;
    } rows[] = {{"Strikes", "strike", "nsubj", DTN_TAG_NOUN, 1},
                {"fuel", "fuel", "root", DTN_TAG_VERB, DTN_NO_WORD},
                {"anger", "anger", "obj", DTN_TAG_NOUN, 1},
                {"and", "and", "cc", DTN_TAG_CCONJ, 4},
                {"fear", "fear", "conj", DTN_TAG_NOUN, 2},
                {"because", "because", "case", DTN_TAG_ADP, 7},
                {"of", "of", "fixed", DTN_TAG_ADP, 5},
                {"deaths", "death", "obl", DTN_TAG_NOUN, 1}};
    for (uint32_t i = 0; i < 8; i++)
        words[i] = (dtn_word){.form = rows[i].form,
                              .lemma = rows[i].lemma,
                              .tag = rows[i].tag,
                              .xtag = "",
                              .relation = rows[i].relation,
                              .head = rows[i].head};
    return 8;
}

static void test_match(void **state)
{
    (void)state;
    dtn_rules *rules = NULL;
    dtn_diags diags;
    dtn_diags_init(&diags);
    assert_int_equal(read_rules(lexicon, rules_text, &rules, &diags), DTN_OK);
    assert_int_equal(dtn_rules_count(rules), 1);
    assert_string_equal(dtn_rule_property(dtn_rules_get(rules, 0), "mode"), "descriptive");
    assert_int_equal(dtn_rules_get(rules, 0)->n_example, 2);
    dtn_word words[8];
    uint32_t n = sentence(words);
    dtn_rules_prepare(rules, words, n);
    dtn_arena arena;
    dtn_arena_init(&arena);
    dtn_matches matches = {0};
    dtn_rules_match(rules, words, n, &arena, &matches);
    assert_int_equal(matches.n, 1);
    assert_int_equal(matches.items[0].head, 1);
    assert_int_equal(matches.items[0].sign, 1);
    assert_int_equal(matches.items[0].args[0], 0);
    assert_int_equal(matches.items[0].args[1], 4); /* the conjunct, which comes first in the path */
    assert_int_equal(matches.items[0].args[2], 7); /* by its marker because_of */
    words[0].relation = "nsubj:pass";              /* the passive is not the active */
    dtn_rules_prepare(rules, words, n);
    dtn_rules_match(rules, words, n, &arena, &matches);
    assert_int_equal(matches.n, 0);
    dtn_arena_free(&arena);
    dtn_rules_delete(rules);
    dtn_diags_free(&diags);
}

static void test_phrases(void **state)
{
    (void)state;
    dtn_rules *rules = NULL;
    dtn_diags diags;
    dtn_diags_init(&diags);
    assert_int_equal(read_rules("no\ta\nno sign that\tb\t2\tnote\n", rules_text, &rules, &diags),
                     DTN_OK);
    static const char *const texts[] = {"There", "is", "no", "sign", "that", "no"};
    dtn_word words[6];
    memset(words, 0, sizeof words);
    for (int i = 0; i < 6; i++)
        words[i] = (dtn_word){.form = texts[i],
                              .lemma = texts[i],
                              .xtag = "",
                              .relation = "dep",
                              .head = DTN_NO_WORD};
    dtn_rules_prepare(rules, words, 6);
    dtn_lexicon_ref ref = dtn_lexicon_find(rules, "cause", NULL);
    uint32_t n = 0;
    const dtn_entry *entry = dtn_lexicon_match(rules, ref, words, 6, 2, &n);
    assert_non_null(entry);
    assert_int_equal(n, 3);
    assert_string_equal(entry->class_name, "b");
    assert_string_equal(entry->note, "note");
    assert_true(entry->value == 2);
    assert_string_equal(dtn_lexicon_match(rules, ref, words, 6, 5, &n)->class_name, "a");
    assert_null(dtn_lexicon_match(rules, ref, words, 6, 0, &n));
    assert_null(dtn_lexicon_match(rules, dtn_lexicon_find(rules, "cause", "b"), words, 6, 5, &n));
    dtn_rules_delete(rules);
    dtn_diags_free(&diags);
}

/* Heads in a circle or outside the sentence: walks end all the same. */
static void test_broken_tree(void **state)
{
    (void)state;
    dtn_rules *rules = NULL;
    dtn_diags diags;
    dtn_diags_init(&diags);
    assert_int_equal(read_rules(lexicon,
                                "rule up claim\n trigger [lemma=fuel]\n cause: (<any)* >any*\n"
                                " no \"x\"\n",
                                &rules, &diags),
                     DTN_OK);
    dtn_word words[8];
    uint32_t n = sentence(words);
    words[1].head = 2; /* 1 -> 2 -> 1 */
    words[0].head = 99;
    words[3].head = 3;
    dtn_rules_prepare(rules, words, n);
    dtn_arena arena;
    dtn_arena_init(&arena);
    dtn_matches matches = {0};
    dtn_rules_match(rules, words, n, &arena, &matches);
    assert_int_equal(matches.n, 1);
    dtn_arena_free(&arena);
    dtn_rules_delete(rules);
    dtn_diags_free(&diags);
}

/* Each mistake: code, line and column. */
static void test_mistakes(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int code;
        uint32_t line, col;
    } cases[] = {
        {"rule a claim\n  trigger [lemma=x\n  no \"x\"\n", 921, 2, 19},
        {"rule a claim\n  trigger [lemma=@nothing]\n no \"x\"\n", 922, 2, 19},
        {"rule a claim\n  trigger [lemma=@cause:nothing]\n no \"x\"\n", 922, 2, 19},
        {"rule a claim\n  trigger [colour=x]\n no \"x\"\n", 923, 2, 18},
        {"rule a claim\n  trigger [tag=THING]\n no \"x\"\n", 923, 2, 21},
        {"rule a claim\n trigger [lemma=x]\n trigger [lemma=y]\n no \"x\"\n", 924, 3, 9},
        {"trigger [lemma=x]\n", 925, 1, 1},
        {"rule a claim\n  trigger [lemma=x]\n", 925, 1, 1},
        {"rule a claim\n  trigger [lemma=x]\n  cause >nsubj\n no \"x\"\n", 921, 3, 9},
        {"rule a claim\n  trigger [lemma=x]\n  no \"never ends\n", 921, 3, 17},
        {"rule a claim\n  trigger [lemma=x]\n  cause: ((((((((((((((((((((((((((((((((((>a\n", 921,
         3, 42},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        dtn_rules *rules = NULL;
        dtn_diags diags;
        dtn_diags_init(&diags);
        assert_int_equal(read_rules(lexicon, cases[i].text, &rules, &diags), DTN_E_INPUT);
        assert_true(diags.n > 0);
        if (diags.items[0].code != cases[i].code || diags.items[0].line != cases[i].line ||
            diags.items[0].col != cases[i].col)
            fail_msg("case %zu: %d at %u:%u: %s", i, diags.items[0].code, diags.items[0].line,
                     diags.items[0].col, diags.items[0].message);
        assert_non_null(diags.items[0].hint);
        dtn_diags_free(&diags);
    }
    dtn_rules *rules = NULL;
    dtn_diags diags;
    dtn_diags_init(&diags);
    assert_int_equal(read_rules("word\tclass\tmany\n", rules_text, &rules, &diags), DTN_E_INPUT);
    assert_int_equal(diags.items[0].code, 920);
    dtn_diags_free(&diags);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_match),
        cmocka_unit_test(test_phrases),
        cmocka_unit_test(test_broken_tree),
        cmocka_unit_test(test_mistakes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
