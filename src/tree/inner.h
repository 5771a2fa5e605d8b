/** The single mends. Each leaves the words prepared (dtn_rules_prepare) if it moved one. */
#ifndef DTN_TREE_INNER_H
#define DTN_TREE_INNER_H

#include "tree/tree.h"

/** Give a sentence the verb that its tree lacks: "Raids lower trust." */
void dtn_mend_verbless(const dtn_rules *rules, const dtn_mend_words *known, dtn_sentence *sentence);
/** Nouns, numbers and adjectives that hang in the wrong place beside a verb: "drives migration", "kills at least 12". */
void dtn_mend_places(const dtn_rules *rules, dtn_sentence *sentence);
/** Clauses and phrases that hang on the wrong word: "has so far given", "the feud between X and Y undermines it". */
void dtn_mend_hung(const dtn_rules *rules, const dtn_mend_words *known, dtn_sentence *sentence);
/** Words taken for another part of speech: "shelling lowers trust", "did the army shell the village?". */
void dtn_mend_taken(const dtn_rules *rules, const dtn_mend_words *known, dtn_sentence *sentence);
/** Make the first word of an order its verb: "Halt deportations". */
void dtn_mend_orders(const dtn_rules *rules, const dtn_mend_words *known, dtn_sentence *sentence);
/** Hang clauses on the verbs that word order leaves no doubt about: "jets struck two camps, the army said". */
void dtn_mend_clauses(const dtn_rules *rules, const dtn_mend_words *known, dtn_sentence *sentence);
/** Nouns that the tree takes for participles, verbs or adverbs: "drought", ", and distrust feeds the revolt". */
void dtn_mend_nouns(const dtn_rules *rules, const dtn_mend_words *known, dtn_sentence *sentence);
/** Find verbs that the tree takes for nouns or participles: "have not increased support", "if talks collapse, ...". */
void dtn_mend_finite(const dtn_rules *rules, const dtn_mend_words *known, dtn_sentence *sentence);
/** "The raids, he said, had failed", "raids that kill feed anger": what parts a subject from its verb is no verb of it. */
void dtn_mend_parted(const dtn_rules *rules, const dtn_mend_words *known, dtn_sentence *sentence);
/** Subjects taken for something else: "towns in which wells were dug saw fewer fevers", ", where the arrival of visitors had
 *  overwhelmed the clinics". */
void dtn_mend_subjects(const dtn_rules *rules, const dtn_mend_words *known, dtn_sentence *sentence);
/** "Has brought neither the peace they promised nor the famine others feared": a row of two. */
void dtn_mend_rows(const dtn_rules *rules, dtn_sentence *sentence);
/** "Three soldiers killed in ambush" is passive, "..., said the ministry" has a subject. */
void dtn_mend_voices(const dtn_rules *rules, const dtn_mend_words *known, dtn_sentence *sentence);

/** Two clauses taken for one, and headlines: "Northland struck the port after 12 soldiers were killed". */
void dtn_mend_news(const dtn_rules *rules, const dtn_mend_words *known, dtn_sentence *sentence);

#endif
