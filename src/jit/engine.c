/* IR into machine code: LLVM's passes, code generation in parallel, addresses.
 *
 * Each piece is a module of its own in a context of its own; threads take pieces from a counter,
 * generate the IR, optimise it lightly and make an object file in memory. The objects go into one
 * LLJIT, which links them and owns their memory. Pieces do not call each other, and functions of
 * the program are called by address, so no symbol is looked up outside.
 */
#include "jit/inner.h"

#include <llvm-c/Error.h>
#include <llvm-c/LLJIT.h>
#include <llvm-c/Orc.h>
#include <llvm-c/Target.h>
#include <llvm-c/Transforms/PassBuilder.h>

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MOST_THREADS 64

/* LLVM registers its targets once for the process. */
static pthread_once_t targets_once = PTHREAD_ONCE_INIT;
static void init_targets(void)
{
    (void)LLVMInitializeNativeTarget();
    (void)LLVMInitializeNativeAsmPrinter();
}

static const char *features_of(dtn_isa isa)
{
    switch (isa) {
    case DTN_ISA_SSE2: return "+sse2";
    case DTN_ISA_AVX: return "+avx";
    case DTN_ISA_AVX2: return "+avx2,+fma";
    case DTN_ISA_AVX512: return "+avx512f,+avx512dq,+avx512vl,+avx512bw,+evex512";
    default: return "";
    }
}

static LLVMTargetMachineRef new_machine(const dtn_jit *jit)
{
    char *triple = LLVMGetDefaultTargetTriple(), *error = NULL;
    LLVMTargetRef target = NULL;
    LLVMTargetMachineRef machine = NULL;
    if (!LLVMGetTargetFromTriple(triple, &target, &error)) {
        const bool is_x86 = jit->isa != DTN_ISA_SCALAR;
        char *host = is_x86 ? NULL : LLVMGetHostCPUName();
        char *features = is_x86 ? NULL : LLVMGetHostCPUFeatures();
        machine = LLVMCreateTargetMachine(
            target, triple, is_x86 ? "x86-64" : host, is_x86 ? features_of(jit->isa) : features,
            /* loops that run long are worth the time; of pieces there may be hundreds */
            jit->is_fused ? LLVMCodeGenLevelDefault : LLVMCodeGenLevelLess, LLVMRelocPIC,
            LLVMCodeModelSmall);
        LLVMDisposeMessage(host);
        LLVMDisposeMessage(features);
    }
    LLVMDisposeMessage(error);
    LLVMDisposeMessage(triple);
    return machine;
}

/* ---- One piece -------------------------------------------------------------------------------- */

typedef struct work {
    dtn_jit *jit;
    LLVMMemoryBufferRef *objects; /* [n_piece] */
    _Atomic size_t next;
    _Atomic int failed;
} work;

static void name_of(size_t piece, char out[32]) { (void)snprintf(out, 32, "piece%zu", piece); }

static bool optimise(dtn_emit *e, LLVMTargetMachineRef machine)
{
    const char *passes = e->is_fused
                             ? "function(instcombine<no-verify-fixpoint>,early-cse,sink,adce)"
                             : "function(early-cse,adce)";
    LLVMPassBuilderOptionsRef options = LLVMCreatePassBuilderOptions();
    LLVMErrorRef error = LLVMRunPasses(e->module, passes, machine, options);
    LLVMDisposePassBuilderOptions(options);
    if (error)
        LLVMConsumeError(error);
    return error == NULL;
}

static bool make_object(work *w, size_t i, LLVMTargetMachineRef machine)
{
    dtn_emit e;
    char name[32], *triple = LLVMGetTargetMachineTriple(machine), *error = NULL;
    bool ok = dtn_emit_init(&e, w->jit, false);
    name_of(i, name);
    if (ok) {
        LLVMTargetDataRef layout = LLVMCreateTargetDataLayout(machine);
        LLVMSetTarget(e.module, triple);
        LLVMSetModuleDataLayout(e.module, layout);
        LLVMDisposeTargetData(layout);
        if (w->jit->pieces[i].is_fused)
            dtn_emit_fused(&e, name);
        else
            dtn_emit_piece(&e, &w->jit->pieces[i], name);
        ok = !e.failed && optimise(&e, machine) &&
             !LLVMTargetMachineEmitToMemoryBuffer(machine, e.module, LLVMObjectFile, &error,
                                                  &w->objects[i]);
    }
    LLVMDisposeMessage(error);
    LLVMDisposeMessage(triple);
    dtn_emit_free(&e);
    return ok;
}

static void *compile(void *arg)
{
    work *w = arg;
    LLVMTargetMachineRef machine = new_machine(w->jit);
    if (!machine)
        atomic_store(&w->failed, 1);
    while (machine && !atomic_load(&w->failed)) {
        size_t i = atomic_fetch_add(&w->next, 1);
        if (i >= w->jit->n_piece)
            break;
        if (!make_object(w, i, machine))
            atomic_store(&w->failed, 1);
    }
    if (machine)
        LLVMDisposeTargetMachine(machine);
    return NULL;
}

static void compile_all(work *w, uint32_t n_thread)
{
    pthread_t threads[MOST_THREADS];
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    uint32_t n = n_thread ? n_thread : (uint32_t)(online > 0 ? online : 1), n_started = 0;
    n = n < MOST_THREADS ? n : MOST_THREADS;
    while (n_started + 1 < n && n_started + 1 < w->jit->n_piece &&
           pthread_create(&threads[n_started], NULL, compile, w) == 0)
        n_started++;
    (void)compile(w);
    while (n_started > 0)
        pthread_join(threads[--n_started], NULL);
}

/* ---- The whole ---------------------------------------------------------------------------------- */

static bool is_fine(LLVMErrorRef error)
{
    if (error)
        LLVMConsumeError(error);
    return error == NULL;
}

static bool link_all(work *w)
{
    dtn_jit *jit = w->jit;
    LLVMOrcLLJITRef engine = NULL;
    bool ok = is_fine(LLVMOrcCreateLLJIT(&engine, NULL));
    jit->engine = engine;
    for (size_t i = 0; i < jit->n_piece && ok; i++) {
        ok = is_fine(
            LLVMOrcLLJITAddObjectFile(engine, LLVMOrcLLJITGetMainJITDylib(engine), w->objects[i]));
        w->objects[i] = NULL; /* taken, also where it failed */
    }
    for (size_t i = 0; i < jit->n_piece && ok; i++) {
        char name[32];
        LLVMOrcExecutorAddress at = 0;
        name_of(i, name);
        ok = is_fine(LLVMOrcLLJITLookup(engine, &at, name)) && at;
        jit->pieces[i].fn = (dtn_jit_fn)(uintptr_t)at;
    }
    return ok;
}

/* Which temporaries need their place in memory: a walk that generates nothing. */
static bool find_memory(dtn_jit *jit)
{
    dtn_emit e;
    bool ok = dtn_emit_init(&e, jit, true);
    for (size_t i = 0; i < jit->n_piece && ok; i++)
        if (!jit->pieces[i].is_fused)
            dtn_emit_piece(&e, &jit->pieces[i], NULL);
    ok = ok && !e.failed;
    dtn_emit_free(&e);
    return ok;
}

dtn_status dtn_jit_engine(dtn_jit *jit, uint32_t n_thread)
{
    pthread_once(&targets_once, init_targets);
    work w = {.jit = jit, .objects = calloc(jit->n_piece + 1, sizeof *w.objects)};
    if (!w.objects || !find_memory(jit)) {
        free(w.objects);
        return DTN_E_MEMORY;
    }
    compile_all(&w, n_thread);
    bool ok = !w.failed && link_all(&w);
    for (size_t i = 0; i < jit->n_piece; i++)
        if (w.objects[i])
            LLVMDisposeMemoryBuffer(w.objects[i]);
    free(w.objects);
    return ok ? DTN_OK : DTN_E_NOT_FOUND;
}

void dtn_jit_engine_delete(void *engine)
{
    if (engine)
        (void)is_fine(LLVMOrcDisposeLLJIT(engine));
}
