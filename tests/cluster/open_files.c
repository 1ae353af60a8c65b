/* For engines that may not raise the limit of open files: OpenSearch refuses to join others with fewer than 65,535, which
 * this small test does not need. Preloaded, it lets the process believe in 65,536. */
#define _GNU_SOURCE
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

int getrlimit64(__rlimit_resource_t resource, struct rlimit64 *limit) {
  int answer = syscall(SYS_prlimit64, 0, resource, 0, limit);
  if (answer == 0 && resource == RLIMIT_NOFILE && limit->rlim_max < 65536) limit->rlim_cur = limit->rlim_max = 65536;
  return answer;
}

int getrlimit(__rlimit_resource_t resource, struct rlimit *limit) { return getrlimit64(resource, (struct rlimit64 *)limit); }
