#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Work spread over threads whose results come back in the order of submission, a few at a time.
///
/// All state is behind one lock. Jobs and results are handed over, never shared: a result is touched by the worker
/// before it is finished, and by the submitter after.
final class OrderedPipeline<Job: Sendable, Product: Sendable>: @unchecked Sendable {
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let changed: UnsafeMutablePointer<pthread_cond_t>
  private let makeWorker: @Sendable () -> (Job) -> Product
  private let depth: Int
  private var jobs: [Job?]
  private var products: [Product?]
  private var submitted = 0
  private var taken = 0
  private var consumed = 0
  private var isClosed = false
  private var threads: [Thread.Handle] = []

  /// Starts workers.
  ///
  /// - Parameters:
  ///   - workers: How many; with none, jobs are done as they are submitted.
  ///   - makeWorker: Called once in each thread: what does the jobs there.
  init(workers: Int, makeWorker: @escaping @Sendable () -> (Job) -> Product) {
    mutex = .allocate(capacity: 1)
    changed = .allocate(capacity: 1)
    mutex.initialize(to: pthread_mutex_t())
    changed.initialize(to: pthread_cond_t())
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(changed, nil)
    self.makeWorker = makeWorker
    depth = 4 * Swift.max(1, workers)
    jobs = Array(repeating: nil, count: depth)
    products = Array(repeating: nil, count: depth)
    for _ in 0..<workers { startThread() }
    if threads.isEmpty { inline = makeWorker() }
  }

  deinit {
    pthread_cond_destroy(changed)
    pthread_mutex_destroy(mutex)
    changed.deallocate()
    mutex.deallocate()
  }

  private var inline: ((Job) -> Product)?

  private func startThread() {
    if let thread = Thread.start({ self.work() }) { threads.append(thread) }
  }

  private func work() {
    let run = makeWorker()
    pthread_mutex_lock(mutex)
    while true {
      while taken == submitted, !isClosed { pthread_cond_wait(changed, mutex) }
      guard !isClosed, let job = jobs[taken % depth] else { break }
      let place = taken % depth
      jobs[place] = nil
      taken += 1
      pthread_mutex_unlock(mutex)
      let product = run(job)
      pthread_mutex_lock(mutex)
      products[place] = product
      pthread_cond_broadcast(changed)
    }
    pthread_mutex_unlock(mutex)
  }

  /// Hands over a job, and whatever is finished to the consumer; waits where too much is under way.
  ///
  /// - Returns: False once the consumer wants no more.
  func submit(_ job: Job, consume: (Product) -> Bool) -> Bool {
    if let inline { return consume(inline(job)) }
    guard drain(to: depth - 1, consume) else { return false }
    pthread_mutex_lock(mutex)
    jobs[submitted % depth] = job
    submitted += 1
    pthread_cond_broadcast(changed)
    pthread_mutex_unlock(mutex)
    return true
  }

  /// Waits for all that was submitted, unless the consumer wants no more.
  func finish(consume: (Product) -> Bool) -> Bool {
    inline != nil || drain(to: 0, consume)
  }

  /// Ends the threads; what was not taken yet is not done.
  func close() {
    pthread_mutex_lock(mutex)
    isClosed = true
    pthread_cond_broadcast(changed)
    pthread_mutex_unlock(mutex)
    for thread in threads { Thread.join(thread) }
    threads = []
  }

  /// Consumes what is finished, and waits until no more than so many jobs are under way.
  private func drain(to most: Int, _ consume: (Product) -> Bool) -> Bool {
    pthread_mutex_lock(mutex)
    while consumed < submitted {
      let place = consumed % depth
      guard let product = products[place] else {
        guard submitted - consumed > most else { break }
        pthread_cond_wait(changed, mutex)
        continue
      }
      products[place] = nil
      consumed += 1
      pthread_mutex_unlock(mutex)
      guard consume(product) else { return false }
      pthread_mutex_lock(mutex)
    }
    pthread_mutex_unlock(mutex)
    return true
  }
}

/// A thread of the system.
private enum Thread {
  #if canImport(Glibc)
    typealias Handle = pthread_t
  #else
    typealias Handle = pthread_t?
  #endif

  private final class Body: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  /// Starts a thread; nil where the system has none to give.
  static func start(_ run: @escaping @Sendable () -> Void) -> Handle? {
    let body = Unmanaged.passRetained(Body(run))
    #if canImport(Glibc)
      var thread = pthread_t()
    #else
      var thread: pthread_t?
    #endif
    guard pthread_create(&thread, nil, main, body.toOpaque()) == 0 else {
      body.release()
      return nil
    }
    return thread
  }

  /// Waits for the end of a thread.
  static func join(_ thread: Handle) {
    #if canImport(Glibc)
      pthread_join(thread, nil)
    #else
      if let thread { pthread_join(thread, nil) }
    #endif
  }

  #if canImport(Darwin)
    private static let main: @convention(c) (UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? = { body in
      Unmanaged<Body>.fromOpaque(body).takeRetainedValue().run()
      return nil
    }
  #else
    private static let main: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { body in
      if let body { Unmanaged<Body>.fromOpaque(body).takeRetainedValue().run() }
      return nil
    }
  #endif
}
