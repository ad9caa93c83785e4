;;; connect.el --- lsp-mode connects and shows a mistake in the definition of the digits model  -*- lexical-binding: t -*-
;; Every wait has a condition.
(require 'lsp-mode)
(require 'lsp-diagnostics)
(setq lsp-auto-guess-root t
      lsp-restart 'ignore
      lsp-enable-snippet nil
      lsp-modeline-workspace-status-enable nil)

(defun connect-say (step text)
  (write-region (format "%s: %s\n" step text) nil (getenv "WALK_LINES") 'append 'silent))

(defmacro connect-wait (what condition)
  `(let ((limit (+ (float-time) 60)))
     (while (not ,condition)
       (when (> (float-time) limit) (error "waited too long: %s" ,what))
       (accept-process-output nil 0.02))))

(defun connect-findings ()
  "The messages that lsp-mode has for the buffer."
  (mapcar (lambda (each) (lsp:diagnostic-message each))
          (append (gethash (lsp--fix-path-casing buffer-file-name) (lsp-diagnostics t)) nil)))

(defun connect-shown ()
  (let ((lines (mapcar (lambda (each) (car (split-string each "\n"))) (connect-findings))))
    (if lines (string-join lines " | ") "no findings")))

(condition-case problem
    (progn
      (find-file "efemarai.yaml")
      ;; The hook waits until the buffer is shown.
      (lsp)
      (connect-wait "the server" (and lsp-mode (lsp-workspaces)
                                      (eq 'initialized (lsp--workspace-status (car (lsp-workspaces))))))
      (connect-say "open" (connect-shown))
      (goto-char (point-min))
      (search-forward "files.weights")
      (delete-char -1)
      (connect-wait "a finding" (connect-findings))
      (connect-say "mistake" (connect-shown))
      (insert "s")
      (connect-wait "no finding" (null (connect-findings)))
      (connect-say "mended" (connect-shown))
      (lsp-workspace-shutdown (car (lsp-workspaces)))
      (set-buffer-modified-p nil))
  (error (connect-say "failed" (error-message-string problem))
         (kill-emacs 1)))
