/*
 * libOpenCL.so for tests: stands before the system's loader, so that ILGPU runs on PoCL 3, an OpenCL driver of the processor that lacks the generic address space.
 * It answers the one question for that with yes, and rewrites the source that ILGPU generates. It leans on PoCL's flat memory: for tests, not for a card.
 * build/opencl.sh builds it; set SHIM_LOG to see the rewritten sources.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
#include <stdlib.h>
#include <ctype.h>
static char* rw(const char* s, size_t n) {
  char* o = malloc(n * 6 + 64); size_t j = 0; size_t i = 0;
  while (i < n) {
    if (!strncmp(s + i, "__generic ", 10)) { i += 10; continue; }
    if (!strncmp(s + i, "(type_", 6)) { size_t k = i + 6; while (s[k] >= '0' && s[k] <= '9') k++; if (s[k] == ')') { memcpy(o + j, s + i, k + 1 - i); j += k + 1 - i; i = k + 1; while (s[i] == ' ') i++; if (isalpha(s[i]) || s[i] == '&' || s[i] == '(') { memcpy(o + j, "(ulong)", 7); j += 7; } continue; } }
    if (!strncmp(s + i, "(atomic_int*)", 13)) { memcpy(o + j, "(volatile __global atomic_int*)(ulong)", 38); j += 38; i += 13; continue; }
    if (!strncmp(s + i, "(atomic_uint*)", 14)) { memcpy(o + j, "(volatile __global atomic_uint*)(ulong)", 39); j += 39; i += 14; continue; }
    o[j++] = s[i++];
  }
  o[j] = 0; return o;
}
static void* L(const char* n) { static void* h; if (!h) h = dlopen("libOpenCL.so.1", RTLD_NOW); return dlsym(h, n); }
void* clCreateProgramWithSource(void* c, unsigned n, const char** s, const size_t* l, int* e) {
  void* (*real)(void*, unsigned, const char**, const size_t*, int*) = L("clCreateProgramWithSource");
  char* r = rw(s[0], l && l[0] ? l[0] : strlen(s[0])); size_t len = strlen(r); const char* rr = r;
  if (getenv("SHIM_LOG")) fprintf(stderr, "%s\n", r);
  void* p = real(c, 1, &rr, &len, e); free(r); return p;
}
/* CL_DEVICE_GENERIC_ADDRESS_SPACE_SUPPORT = 0x1069 */
int clGetDeviceInfo(void* d, unsigned p, size_t n, void* v, size_t* r) {
  int (*real)(void*, unsigned, size_t, void*, size_t*) = L("clGetDeviceInfo");
  if (p == 0x1069) { if (v && n >= 4) *(unsigned*)v = 1; if (r) *r = 4; return 0; }
  return real(d, p, n, v, r);
}
