export { Feedback, feedbackGiven, type FeedbackRequest } from './feedback.facade.js';
export { FeedbackModule } from './feedback.module.js';
