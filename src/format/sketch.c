#include "format/writer.h"
const char *dtn_sketch_to_views(dtn_model *model, const char *sketch) { (void)model; (void)sketch; return NULL; }
const char *dtn_views_to_sketch(dtn_model *model, const char *views) { (void)model; (void)views; return NULL; }
