/* The mends, one after the other: each finds the trees as those before it leave them. */
#include "tree/inner.h"

void dtn_mend_lexicons(const dtn_rules *rules, dtn_mend_words *out)
{
    *out = (dtn_mend_words){
        .cause = dtn_lexicon_find(rules, "cause", NULL),
        .report = dtn_lexicon_find(rules, "report", NULL),
        .shut = dtn_lexicon_find(rules, "shut", NULL),
        .valence = dtn_lexicon_find(rules, "valence", NULL),
        .direction = {dtn_lexicon_find(rules, "direction", "verb"),
                      dtn_lexicon_find(rules, "direction", "verb-event")},
        .hedge = {dtn_lexicon_find(rules, "hedge", "modal")},
        .predict = {dtn_lexicon_find(rules, "predict", "modal")},
        .advice = {dtn_lexicon_find(rules, "advice", "modal"),
                   dtn_lexicon_find(rules, "advice", "order"),
                   dtn_lexicon_find(rules, "advice", "order-whole")},
        .aim = {dtn_lexicon_find(rules, "aim", "noun"), dtn_lexicon_find(rules, "aim", "takes"),
                dtn_lexicon_find(rules, "aim", "verb"), dtn_lexicon_find(rules, "aim", "made")}};
}

void dtn_mend(const dtn_rules *rules, const dtn_mend_words *known, dtn_sentence *sentence)
{
    dtn_mend_orders(rules, known, sentence);
    dtn_mend_nouns(rules, known, sentence);
    dtn_mend_finite(rules, known, sentence);
    dtn_mend_places(rules, sentence);
    dtn_mend_hung(rules, known, sentence);
    dtn_mend_taken(rules, known, sentence);
    dtn_mend_verbless(rules, known, sentence);
    dtn_mend_clauses(rules, known, sentence);
    dtn_mend_parted(rules, known, sentence);
    dtn_mend_subjects(rules, known, sentence);
    dtn_mend_rows(rules, sentence);
    dtn_mend_voices(rules, known, sentence);
    dtn_mend_news(rules, known, sentence);
}
