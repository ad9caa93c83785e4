;;; walk.el --- Edits the definition of the digits model in Emacs as a person would  -*- lexical-binding: t -*-
;; The steps and the output lines are those of walk.lua. Every wait has a condition. In batch mode, Emacs runs neither the hooks after a
;; command nor idle timers, so the script calls their functions.
(require 'eglot)
(require 'xref)

(defconst walk-limit 60 "The longest wait in seconds.")

(defun walk-say (step text)
  (write-region (format "%s: %s\n" step text) nil (getenv "WALK_LINES") 'append 'silent))

(defmacro walk-wait (what condition)
  "Wait until CONDITION holds. Messages are handled meanwhile."
  `(let ((limit (+ (float-time) walk-limit)))
     (while (not ,condition)
       (when (> (float-time) limit) (error "waited too long: %s" ,what))
       (accept-process-output nil 0.02))))

(defun walk-after-command ()
  "Do what Emacs does after a command and when the user is idle."
  (run-hooks 'post-command-hook)
  (when (eglot-managed-p) (eglot--signal-textDocument/didChange)))

(defun walk-text (buffer)
  (with-current-buffer buffer (buffer-substring-no-properties (point-min) (point-max))))

(defun walk-line ()
  (string-trim (buffer-substring-no-properties (line-beginning-position) (line-end-position))))

(defun walk-go (part)
  "Go to the start of the first PART of the text."
  (goto-char (point-min))
  (search-forward part)
  (goto-char (match-beginning 0)))

(defun walk-place ()
  (format "%s:%d: %s" (file-name-nondirectory buffer-file-name) (line-number-at-pos) (walk-line)))

(defun walk-diagnostics (buffer)
  "The diagnostics that Flymake shows in BUFFER."
  (with-current-buffer buffer (flymake-start) (flymake-diagnostics)))

(defun walk-findings (buffer)
  (let ((found (sort (walk-diagnostics buffer)
                     (lambda (a b) (< (flymake-diagnostic-beg a) (flymake-diagnostic-beg b))))))
    (if (null found) "no findings"
      (mapconcat
       (lambda (each)
         (let* ((shown (car (split-string (flymake-diagnostic-text each) "\n")))
                (message (replace-regexp-in-string "\\`[^:]*: " "" shown))
                (line (with-current-buffer buffer (line-number-at-pos (flymake-diagnostic-beg each)))))
           (format "%d: %s" line message)))
       found " | "))))

(defun walk-wait-for-findings (buffer count)
  (walk-after-command)
  (walk-wait (format "%d findings" count) (= (length (walk-diagnostics buffer)) count)))

(defun walk-settle ()
  "Wait until the server has published the findings of the text that it has."
  (walk-after-command)
  (jsonrpc-request (eglot-current-server) :modelwright/settled nil :timeout walk-limit))

(defun walk-act (title &optional kind)
  "Apply the code action of a KIND at point whose title starts with TITLE."
  (cl-letf (((symbol-function 'completing-read)
             (lambda (_prompt items &rest _)
               (or (car (cl-find title items :key #'car :test #'string-prefix-p))
                   (error "no such action: %s" title))))
            (last-nonmenu-event t))
    (eglot-code-actions (point) (point) kind t))
  (walk-after-command))

(defun walk-complete (typed)
  (insert typed)
  (walk-after-command)
  (completion-at-point)
  (walk-after-command))

(defun walk ()
  (find-file "efemarai.yaml")
  (walk-after-command)
  (walk-wait "the server" (eglot-managed-p))
  (let ((definition (current-buffer))
        (original (walk-text (current-buffer)))
        python)
    (buffer-enable-undo)
    (walk-settle)
    (walk-say "open" (walk-findings definition))

    (walk-go "weights.url")
    (forward-char 6)
    (delete-char 1)
    (walk-wait-for-findings definition 1)
    (walk-say "mistake" (walk-findings definition))

    (walk-go "weight.url")
    (walk-act "Replace with `weights`")
    (walk-wait-for-findings definition 0)
    (walk-say "quick fix" (walk-place))

    (when (equal (getenv "WALK_END") "killed") (signal-process (emacs-pid) 'SIGKILL))

    (walk-go "weights.url")
    (delete-region (point) (1- (line-end-position)))
    (walk-complete "we")
    (walk-say "complete" (walk-place))
    (walk-go "${model.files.labels.url}")
    (delete-region (point) (line-end-position))
    (walk-complete "${model.files.la")
    (walk-say "complete what is not closed" (walk-place))
    (unless (equal (walk-text definition) original) (error "completion leaves another text"))

    (walk-go "load_model")
    (walk-after-command)
    (call-interactively #'xref-find-definitions)
    (setq python (current-buffer))
    (walk-wait "the server" (eglot-managed-p))
    (walk-after-command)
    (walk-say "definition" (walk-place))
    (call-interactively #'xref-find-definitions)
    (walk-say "back" (walk-place))

    (walk-go "weights.url")
    (let (shown)
      (eglot-hover-eldoc-function (lambda (text &rest _) (setq shown text)))
      (walk-wait "what hovering shows" shown)
      (walk-say "hover" (if (string-match "is the path of the file `?weights`?" shown) (match-string 0 shown) shown)))

    (undo-boundary)
    (eglot-rename "parameters")
    (let (renamed)
      (goto-char (point-min))
      (while (search-forward "parameters" nil t)
        (push (format "%d: %s" (line-number-at-pos) (walk-line)) renamed))
      (walk-settle)
      (walk-say "rename" (format "%s; %s" (string-join (nreverse renamed) " | ") (walk-findings definition))))
    (undo-boundary)
    (undo)
    (walk-wait-for-findings definition 0)
    (walk-say "undo" (if (equal (walk-text definition) original) "the text before" (walk-text definition)))

    (condition-case nil (eglot-format-buffer) (error nil))
    (walk-say "format" (if (equal (walk-text definition) original) "no change" (walk-text definition)))

    (goto-char (point-max))
    (insert "# The end\n")
    (walk-after-command)
    (save-buffer)
    (let ((saved (with-temp-buffer (insert-file-contents "efemarai.yaml") (buffer-string))))
      (walk-say "save" (if (equal saved (concat original "# The end\n")) "the text is in the file" saved)))

    (switch-to-buffer python)
    (buffer-enable-undo)
    (walk-go "labels_path: str) ->")
    (insert "size: int, ")
    (walk-wait-for-findings definition 1)
    (walk-say "unsaved Python" (walk-findings definition))
    (unless (buffer-modified-p) (error "the Python file is saved"))
    (undo-boundary)
    (undo)
    (walk-wait-for-findings definition 0)
    (walk-say "undo" (walk-findings definition))
    (set-buffer-modified-p nil)

    (switch-to-buffer definition)
    (walk-go "files.weights")
    (replace-match "files.weight")
    (walk-go "files.labels")
    (replace-match "files.label")
    (walk-wait-for-findings definition 2)
    (walk-act "Apply all safe fixes" "source.fixAll.modelwright")
    (walk-wait-for-findings definition 0)
    (walk-say "fix all" (if (equal (walk-text definition) (concat original "# The end\n")) "the text before"
                          (walk-text definition)))
    (eglot-shutdown-all)))

(condition-case problem (walk)
  (error (walk-say "failed" (error-message-string problem))
         (kill-emacs 1)))
